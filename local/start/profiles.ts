import { resolve } from 'node:path';
import * as v from 'valibot';
import { readJsonFile } from '../host/read-json-file.ts';

/** The part of an app folder's profiles.json that `npm start` needs. */
export interface StartProfiles {
  /** Whether it has a profile `default`. The app does not accept POWERBI_TENANT_ID and POWERBI_CLIENT_ID with one. */
  readonly hasDefault: boolean;
  /** The profile whose token is requested first: `default`, unless grants allow only the token of another one. */
  readonly first: string;
}

// Less strict than the function app, which reports every error with its path.
const grantSchema = v.object({
  callers: v.array(v.looseObject({ anyone: v.optional(v.boolean()) })),
  profiles: v.array(v.string()),
  actions: v.array(v.string()),
  mode: v.optional(v.string()),
});
const profileSchema = v.fallback(v.object({ grant: v.string() }), { grant: '' });
const fileSchema = v.fallback(
  v.object({
    profiles: v.fallback(v.record(v.string(), profileSchema), {}),
    grants: v.fallback(v.array(grantSchema), []),
  }),
  { profiles: {}, grants: [] },
);

/** Reads `fileName` of the folder. A missing file, or one that is not JSON, counts as empty. */
export function readStartProfiles(directory: string, fileName = 'profiles.json'): StartProfiles {
  const { profiles, grants } = v.parse(fileSchema, readJson(resolve(directory, fileName)));
  const giving = grants.filter(({ actions, mode }) => mode !== 'audit' && actions.includes('token'));
  const givenToAnyone = giving.filter(({ callers }) => callers.some(({ anyone }) => anyone === true));
  // These issue the token of a person, but at the start there is no person.
  const isForPersons = (name: string): boolean =>
    ['on_behalf_of', 'authorization_code'].includes(profiles[name]?.grant ?? '');
  const pick = (names: readonly string[]): string | undefined =>
    names.includes('default') ? 'default' : names.find((name) => !isForPersons(name));
  return {
    hasDefault: Object.hasOwn(profiles, 'default'),
    first: pick(namesIn(givenToAnyone)) ?? pick(namesIn(giving)) ?? namesIn(giving)[0] ?? 'default',
  };
}

function namesIn(grants: readonly { readonly profiles: readonly string[] }[]): readonly string[] {
  return grants.flatMap((grant) => grant.profiles);
}

function readJson(path: string): unknown {
  try {
    return readJsonFile(path);
  } catch {
    // The function app reports it in its answer to the first request.
    return undefined;
  }
}
