import type { SoundConfig } from '../../src/config/config.ts';
import type { Grant } from '../../src/config/profiles/grant.ts';
import { ServiceError } from '../../src/errors.ts';
import { accountWith } from '../../src/power-bi/power-bi-account.ts';
import { accessOf } from './access.ts';
import type { Finding } from './finding.ts';
import type { Parts } from './parts.ts';

/** Finds the datasets of granted workspaces that need a row-level security identity and whose grant has none. */
export async function checkDatasets(config: SoundConfig, parts: Parts): Promise<Finding[]> {
  const { grants = [] } = config;
  const access = accessOf(config)['power-bi'];
  const places = grants
    .filter(({ actions }) => actions.includes('embed'))
    .flatMap((grant) => grant.profiles.map((profile) => ({ grant, profile })));
  const found = await Promise.all(places.map(({ grant, profile }) => checkGrant(grant, profile, parts)));
  return found.flat().map((finding) => ({ ...finding, access }));
}

async function checkGrant(grant: Grant, name: string, { profiles, catalog }: Parts): Promise<Finding[]> {
  const profile = profiles.all.find((one) => one.name === name);
  // Other kinds of profiles have no token for this request.
  if (profile?.kind !== 'own' || grant.limits.identity !== undefined) return [];
  const account = accountWith(profile.settings, profile.endpoint);
  const workspaceIds = grant.limits.workspaces ?? [];
  return Promise.all(
    workspaceIds.map(async (workspaceId): Promise<Finding> => {
      const common = { hop: 'datasets', profile: name } as const;
      try {
        const datasets = await catalog.datasets(account, workspaceId, () => true);
        const wanting = datasets.filter(({ requiresIdentity }) => requiresIdentity);
        if (wanting.length === 0) {
          return { ...common, status: 'pass', output: `No dataset of workspace ${workspaceId} needs an identity.` };
        }
        return {
          ...common,
          status: 'warn',
          output: `Datasets of workspace ${workspaceId} need an identity, and the grant "${grant.name}" has none: ${wanting.map(({ id }) => id).join(', ')}.`,
          hint: 'Write "identity" in the grant, for example { "username": { "claim": "oid" } }. Until then, reports of these datasets are refused.',
        };
      } catch (error) {
        if (!(error instanceof ServiceError)) throw error;
        return { ...common, status: 'warn', output: `Not examined: ${error.message}`, hint: error.hint };
      }
    }),
  );
}
