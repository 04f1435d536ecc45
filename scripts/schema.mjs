// Writes profiles.schema.json from the valibot schema of the app. An editor uses it to complete and check profiles.json.
// An argument names another file to write.
import { writeFileSync } from 'node:fs';
import { toJsonSchema } from '@valibot/to-json-schema';
import { format, resolveConfig } from 'prettier';
import { profilesFileSchema } from '../src/config/profiles/profiles-schema.ts';

const FILE = 'profiles.schema.json';

const schema = toJsonSchema(profilesFileSchema, {
  typeMode: 'input',
  // Checks in code, for example that a URL must be https, do not exist in JSON Schema. Only the app makes them.
  errorMode: 'ignore',
  overrideAction: ({ valibotAction, jsonSchema }) =>
    valibotAction.type === 'regex' ? { ...jsonSchema, pattern: withoutFlags(valibotAction.requirement) } : null,
});
const [, , path = FILE] = process.argv;
writeFileSync(path, await format(JSON.stringify(schema), { ...(await resolveConfig(FILE)), filepath: FILE }));

/** JSON Schema has no regex flags, so the pattern lists both cases. */
function withoutFlags({ source, flags }) {
  return flags.includes('i') ? source.replaceAll('a-z', 'A-Za-z').replaceAll('a-f', 'A-Fa-f') : source;
}
