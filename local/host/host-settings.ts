import { join } from 'node:path';
import * as v from 'valibot';
import type { CorsOptions } from './cors.ts';
import { HostStartError } from './host-start-error.ts';
import { readJsonFile } from './read-json-file.ts';

/** The host's settings in host.json and local.settings.json of an app folder. */
export interface HostSettings {
  readonly routePrefix: string;
  /** The app settings: `Values` of local.settings.json. */
  readonly values: Readonly<Record<string, string>>;
  readonly localHttpPort: number | undefined;
  readonly cors: CorsOptions;
}

const hostJsonSchema = v.object({
  extensions: v.optional(
    v.object({ http: v.optional(v.object({ routePrefix: v.optional(v.string(), 'api') }), {}) }),
    {},
  ),
});

const example = 'such as { "Values": { "CALLER_AUTH": "key" } }';

const valuesSchema = v.record(
  v.string(),
  v.pipe(
    v.union([v.string(), v.number(), v.boolean(), v.null()], 'must be a string (write JSON as a string)'),
    v.transform((value) => (value === null ? '' : String(value))),
  ),
);

const portSchema = v.pipe(
  v.number('must be a number'),
  v.integer('must be a whole number'),
  v.minValue(0, 'must be from 0 to 65535'),
  v.maxValue(65_535, 'must be from 0 to 65535'),
);

const hostSchema = v.pipe(
  v.object({
    LocalHttpPort: v.optional(portSchema),
    CORS: v.optional(v.string('must be a string: origins, comma-separated'), ''),
    CORSCredentials: v.optional(v.boolean('must be true or false'), false),
  }),
  v.check(
    ({ CORS, CORSCredentials }) => !CORSCredentials || !CORS.split(',').includes('*'),
    'has CORS "*" and CORSCredentials true, which browsers reject together: list the origins in CORS',
  ),
);

const localSettingsSchema = objectOf(
  v.object({
    IsEncrypted: v.optional(v.literal(false, 'must be false: run "func settings decrypt" first')),
    Values: v.optional(objectOf(valuesSchema, `must be an object of strings, ${example}`), {}),
    Host: v.optional(objectOf(hostSchema, 'must be an object'), {}),
  }),
  `must be an object, ${example}`,
);

// By itself, valibot accepts a list as an object.
function objectOf<TSchema extends v.GenericSchema<object>>(schema: TSchema, message: string) {
  const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value);
  return v.pipe(v.custom<v.InferInput<TSchema>>(isObject, message), schema);
}

/** Reads both files. There must be a host.json; a missing local.settings.json sets nothing. */
export function readHostSettings(directory: string): HostSettings {
  const hostJson = readJsonFile(join(directory, 'host.json'));
  if (hostJson === undefined) throw new HostStartError(`There is no host.json in ${directory}.`);
  const { extensions } = parse('host.json', hostJsonSchema, hostJson);
  const localSettings = readJsonFile(join(directory, 'local.settings.json')) ?? {};
  const { Values, Host } = parse('local.settings.json', localSettingsSchema, localSettings);
  return {
    routePrefix: extensions.http.routePrefix.replace(/^\/|\/$/g, ''),
    values: Values,
    localHttpPort: Host.LocalHttpPort,
    cors: { origins: Host.CORS, credentials: Host.CORSCredentials },
  };
}

function parse<TSchema extends v.GenericSchema>(
  file: string,
  schema: TSchema,
  content: unknown,
): v.InferOutput<TSchema> {
  const result = v.safeParse(schema, content);
  if (result.success) return result.output;
  const faults = result.issues.map((issue) => [v.getDotPath(issue), issue.message].filter(Boolean).join(' '));
  throw new HostStartError(`${file}: ${faults.join('; ')}.`);
}
