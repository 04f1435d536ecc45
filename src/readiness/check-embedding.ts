import * as v from 'valibot';
import type { SoundConfig } from '../config/config.ts';
import type { Profile } from '../config/profiles/profile.ts';
import { isTransient } from '../errors.ts';
import { memberList } from '../power-bi/items.ts';
import type { PowerBiAccount, PowerBiClient } from '../power-bi/power-bi-client.ts';
import { peekClaims, type AccessToken } from '../tokens/access-token.ts';
import type { Budget } from '../upstream/budget.ts';
import { unavailable } from '../upstream/unavailable.ts';
import { describeFailure, type Finding } from './check.ts';

export interface EmbeddingCheckOptions {
  readonly account: PowerBiAccount;
  readonly config: SoundConfig;
  readonly powerBiClient: PowerBiClient;
  readonly budget: Budget;
}

/** Microsoft's documents ask for Member. Only a role that certainly cannot embed is reported. */
const ROLES_THAT_EMBED: readonly string[] = ['Contributor', 'Member', 'Admin'];

const HINT =
  'Power BI > Workspace > Manage access: give the account of this profile the role Member. ' +
  'With the role Viewer it can read, but not create embed tokens.';

/** Checks for each workspace in a grant with `embed` whether the account may create embed tokens. It creates none. */
export function checkEmbedding(profile: Profile, options: EmbeddingCheckOptions): Promise<readonly Finding[]> {
  const grants = (options.config.grants ?? []).filter(
    ({ mode, actions, profiles }) => mode === 'enforce' && actions.includes('embed') && profiles.includes(profile.name),
  );
  const workspaceIds = [...new Set(grants.flatMap(({ limits }) => limits.workspaces ?? []))];
  return Promise.all(workspaceIds.map((workspaceId) => checkWorkspace(workspaceId, profile, options)));
}

async function checkWorkspace(
  workspaceId: string,
  profile: Profile,
  { account, powerBiClient, budget }: EmbeddingCheckOptions,
): Promise<Finding> {
  try {
    const { body, served } = await powerBiClient.ask(account, { path: `/groups/${workspaceId}/users` }, budget);
    const parsed = v.safeParse(memberList, body);
    if (!parsed.success) throw unavailable('returned a list that cannot be read', { service: 'power-bi', status: 200 });
    const own = namesOf(profile, account, served.token);
    return describeRole(workspaceId, parsed.output.find(({ id }) => own.includes(id))?.role);
  } catch (error) {
    const finding = describeFailure(error, isTransient(error) ? 'warn' : 'fail');
    return { ...finding, output: `Workspace ${workspaceId}: ${finding.output ?? ''}` };
  }
}

/** The account's ids in a workspace's list of members. */
function namesOf(profile: Profile, { powerBiProfileId }: PowerBiAccount, token: AccessToken): readonly string[] {
  if (powerBiProfileId !== undefined) return [powerBiProfileId.toLowerCase()];
  const names = [peekClaims(token.value)?.['oid'], profile.grant === 'password' ? profile.username : undefined];
  return names.filter((name) => typeof name === 'string').map((name) => name.toLowerCase());
}

function describeRole(workspaceId: string, role: string | undefined): Finding {
  if (role === undefined) {
    return {
      status: 'pass',
      output: `Workspace ${workspaceId} can be read. The account has no role of its own there, so its role comes from a group, which this check cannot read.`,
    };
  }
  return ROLES_THAT_EMBED.includes(role)
    ? { status: 'pass', output: `Workspace ${workspaceId}: the role ${role} is enough to embed.` }
    : { status: 'fail', output: `Workspace ${workspaceId}: the role ${role} is not enough to embed.`, hint: HINT };
}
