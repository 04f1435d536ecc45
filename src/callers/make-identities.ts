import type { ClaimIdentity, IdentityRule, IdentitySource, RoleSource } from '../config/profiles/grant.ts';
import { isUserName } from '../config/profiles/read-grant.ts';
import type { EffectiveIdentity, EmbedRequest, RequestedDataset } from './access-request.ts';
import type { Caller } from './caller.ts';
import { claimValues, isSameValue } from './claim-values.ts';

export type MadeIdentities =
  | { readonly kind: 'made'; readonly identities: readonly EffectiveIdentity[] }
  /** The caller or the grant lacks something. */
  | { readonly kind: 'refused'; readonly reason: string }
  /** The identities of the request are not allowed, or do not match its datasets. */
  | { readonly kind: 'invalid'; readonly reason: string };

const MAX_ROLES = 50;

/**
 * The row-level security identities of an embed token, for exactly the datasets that require one. They come only from verified
 * claims, unless the grant is for a trusted back end, which may send them.
 */
export function makeIdentities(rule: IdentityRule | undefined, caller: Caller, request: EmbedRequest): MadeIdentities {
  if (rule === 'from-request') return takeIdentities(request.identities ?? [], request.datasets);
  if (request.identities !== undefined)
    return invalid('its identity is not from-request, and the request has identities');
  const needing = request.datasets.filter(({ requiresIdentity }) => requiresIdentity);
  if (needing.length === 0) return { kind: 'made', identities: [] };
  if (rule === undefined) return refused('it has no identity, and a dataset requires one (row-level security)');
  return fromClaims(rule, caller, needing);
}

function fromClaims(rule: ClaimIdentity, caller: Caller, datasets: readonly RequestedDataset[]): MadeIdentities {
  const username = readSource(rule.username, caller);
  if (typeof username === 'object') return username;
  if (!isUserName(username)) return refused('the user name has a space or more than 256 characters');
  const customData = rule.customData && readSource(rule.customData, caller);
  if (typeof customData === 'object') return customData;
  const roles = rule.roles && rolesOf(rule.roles, caller);
  if (roles === undefined && datasets.some(({ requiresRoles }) => requiresRoles)) {
    return refused('its identity names no roles, and a dataset requires them');
  }
  if (roles?.length === 0) return refused('no value of the role claim is in the map');
  if (roles !== undefined && roles.length > MAX_ROLES) return refused(`the caller has more than ${MAX_ROLES} roles`);
  return { kind: 'made', identities: [{ username, roles, customData, datasets: datasets.map(({ id }) => id) }] };
}

/** Refused without the claim, and if it has several values: the app must not choose one. */
function readSource(source: IdentitySource, caller: Caller): string | MadeIdentities {
  if (source.kind === 'value') return source.value;
  const [value, ...others] = claimValues(caller, source.claim);
  return value === undefined || others.length > 0 ? refused(`the caller has no single claim ${source.claim}`) : value;
}

/** In the order of the map, so that callers with the same roles share a token. */
function rolesOf(source: RoleSource, caller: Caller): readonly string[] {
  if (source.kind === 'fixed') return source.roles;
  const own = claimValues(caller, source.claim);
  const mapped = [...source.roleOf].filter(([wanted]) => own.some((value) => isSameValue(source.claim, value, wanted)));
  return [...new Set(mapped.map(([, role]) => role))];
}

/** Checks what a trusted back end sent: each dataset that requires an identity has exactly one, and no other dataset has one. */
function takeIdentities(
  identities: readonly EffectiveIdentity[],
  datasets: readonly RequestedDataset[],
): MadeIdentities {
  const covered = identities.flatMap((identity) => identity.datasets);
  const requiring = datasets.filter(({ requiresIdentity }) => requiresIdentity).map(({ id }) => id);
  if (new Set(covered).size < covered.length) return invalid('a dataset has more than one identity');
  if (identities.some((identity) => identity.datasets.length === 0)) return invalid('an identity names no dataset');
  if (!covered.every((id) => requiring.includes(id))) {
    return invalid('an identity names a dataset that requires none, or that the token is not for');
  }
  if (!requiring.every((id) => covered.includes(id))) return invalid('a dataset requires an identity that is missing');
  return { kind: 'made', identities };
}

function refused(reason: string): MadeIdentities {
  return { kind: 'refused', reason };
}

function invalid(reason: string): MadeIdentities {
  return { kind: 'invalid', reason };
}
