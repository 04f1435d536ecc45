import { createHash } from 'node:crypto';
import type { AuditedEmbed } from '../audit.ts';
import type { EffectiveIdentity, EmbedRequest } from '../callers/access-request.ts';
import { forbid } from '../callers/forbid.ts';
import type { Gate } from '../callers/gate.ts';
import type { Clock } from '../clock.ts';
import { describeForAudit } from '../tokens/access-token.ts';
import type { Catalog } from '../power-bi/catalog.ts';
import type { EmbedToken, EmbedTokens } from '../power-bi/embed-tokens.ts';
import type { EmbedInput } from '../power-bi/embed-input.ts';
import { resolveEmbed, type ResolvedEmbed } from '../power-bi/resolve-embed.ts';
import type { Profiles } from '../profiles/profiles.ts';
import type { GuardedRequest } from './handler.ts';
import { accountFor } from './power-bi-account.ts';

export interface EmbedDependencies {
  readonly clock: Clock;
  readonly gate: Gate;
  readonly profiles: Profiles;
  readonly catalog: Catalog;
  readonly embedTokens: EmbedTokens;
}

export interface EmbedOptions {
  readonly profileName: string | undefined;
  /** Reads the request. Called after the check that the caller has a grant with `embed`. */
  readonly readInput: () => Promise<EmbedInput>;
  /** The workspace to search. Default: all that the grants name. */
  readonly workspaceId?: string;
  /** Throws if the items cannot be embedded in this way, according to Power BI's lists. */
  readonly checkItem?: (embed: ResolvedEmbed) => void;
}

export interface IssuedEmbed {
  readonly profile: string;
  readonly embed: ResolvedEmbed;
  readonly embedToken: EmbedToken;
}

/**
 * Finds the items, checks the whole request against the grants, and only then requests an embed token.
 *
 * Throws `forbidden`, `invalid_request`, `rate_limited`, or the error of the issuer or Power BI.
 */
export async function issueEmbedToken(
  { caller, audit }: Pick<GuardedRequest, 'caller' | 'audit'>,
  options: EmbedOptions,
  { clock, gate, profiles, catalog, embedTokens }: EmbedDependencies,
): Promise<IssuedEmbed> {
  const profile = profiles.find(options.profileName);
  audit.profile = profile.name;
  const account = accountFor(profile, caller);
  const grants = gate.candidates(caller, { action: 'embed', profile: profile.name });
  const input = await options.readInput();
  const { workspaceId } = options;
  const candidates =
    workspaceId === undefined ? grants : grants.filter((grant) => grant.limits.workspaces?.includes(workspaceId));
  if (candidates.length === 0) throw forbid('no grant with embed names the workspace');
  const embed = await resolveEmbed(input, { catalog, account, profile: profile.name, candidates, workspaceId });
  audit.embed = describeRequest(embed.request);
  options.checkItem?.(embed);
  const { identities } = gate.authorize(caller, embed.request, audit);
  const { embedToken, cache } = await embedTokens.get(account, embed, identities);
  audit.cache = cache;
  audit.token = describeForAudit(embedToken.token, clock.now());
  audit.embed = { ...audit.embed, ...describeIdentities(identities), tokenId: embedToken.tokenId };
  return { profile: profile.name, embed, embedToken };
}

function describeRequest({
  reports,
  dashboards,
  datasets,
  targetWorkspaceIds,
  createsReport,
}: EmbedRequest): AuditedEmbed {
  const items = [...reports, ...dashboards, ...datasets];
  const workspaces = new Set([...items.map(({ workspaceId }) => workspaceId), ...targetWorkspaceIds]);
  const edits = reports.some(({ allowEdit }) => allowEdit);
  return {
    workspace: [...workspaces].join(' '),
    items: items.map(({ id }) => id).join(' '),
    access: createsReport || targetWorkspaceIds.length > 0 ? 'Create' : edits ? 'Edit' : 'View',
  };
}

const HASH_DIGITS = 16;

/** The audit line has only a digest of the user name, which may be personal data. */
function describeIdentities(identities: readonly EffectiveIdentity[]): Partial<AuditedEmbed> {
  if (identities.length === 0) return {};
  const digest = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, HASH_DIGITS);
  return {
    identity: identities.map(({ username }) => digest(username)).join(' '),
    roles: identities.flatMap(({ roles = [] }) => roles).join(', '),
  };
}
