import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import * as v from 'valibot';

/** What `npm start` wants to know of the profiles.json of an app folder. */
export interface StartProfiles {
  /** Whether it has a profile of that name itself: with POWERBI_TENANT_ID and POWERBI_CLIENT_ID set as well, nothing works. */
  readonly hasDefault: boolean;
  /** The profile to ask first: `default`, unless the grants give its token to nobody and another one's to somebody. */
  readonly first: string;
}

// Far looser than the function app reads it. What is wrong with the file is told there, by name and path.
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

/** Reads `fileName` of the folder; one that is not there, or is no JSON, says nothing. */
export function readStartProfiles(directory: string, fileName = 'profiles.json'): StartProfiles {
  const { profiles, grants } = v.parse(fileSchema, readJson(resolve(directory, fileName)));
  const giving = grants.filter(({ actions, mode }) => mode !== 'audit' && actions.includes('token'));
  const givenToAnyone = giving.filter(({ callers }) => callers.some(({ anyone }) => anyone === true));
  // These give a person's token, which npm start, with no person at hand, would not get.
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
  if (!existsSync(path)) return undefined;
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    // The function app tells so, in the answer to the first request.
    return undefined;
  }
}
