// Writes profiles.schema.json, by which an editor completes and checks profiles.json, out of the schema that the program
// itself parses with. An argument names another file to write.
import { writeFileSync } from 'node:fs';
import { toJsonSchema } from '@valibot/to-json-schema';
import { format, resolveConfig } from 'prettier';
import { profilesFileSchema } from '../src/config/profiles/profiles-schema.ts';

const FILE = 'profiles.schema.json';

const schema = toJsonSchema(profilesFileSchema, {
  typeMode: 'input',
  // Checks that are code, an address that must be https for instance, have no form in JSON Schema: the program alone makes them.
  errorMode: 'ignore',
  overrideAction: ({ valibotAction, jsonSchema }) =>
    valibotAction.type === 'regex' ? { ...jsonSchema, pattern: withoutFlags(valibotAction.requirement) } : null,
});
const [, , path = FILE] = process.argv;
writeFileSync(path, await format(JSON.stringify(schema), { ...(await resolveConfig(FILE)), filepath: FILE }));

/** JSON Schema knows no flags, so that either case must be spelled out. */
function withoutFlags({ source, flags }) {
  return flags.includes('i') ? source.replaceAll('a-z', 'A-Za-z').replaceAll('a-f', 'A-Fa-f') : source;
}
