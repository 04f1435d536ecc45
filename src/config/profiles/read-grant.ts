import type { CallerMode } from '../caller-settings.ts';
import type { Fault } from '../faults.ts';
import type { Action, ClaimIdentity, Grant, IdentityRule, IdentitySource, Matcher, RoleSource } from './grant.ts';
import type { GrantInput } from './grants-schema.ts';
import { nearestName } from './nearest-name.ts';

/** Which actions each limit is for. */
const ACTIONS_OF_LIMIT = {
  workspaces: ['embed', 'workspaces', 'reports', 'datasets', 'refresh'],
  reports: ['embed'],
  dashboards: ['embed'],
  datasets: ['embed', 'refresh'],
  accessLevel: ['embed'],
  xmla: ['embed'],
  identity: ['embed'],
} as const satisfies Partial<Record<keyof GrantInput, readonly Action[]>>;

/** Claims that may be a row-level security identity with every issuer; `upn` only under conditions. */
const STABLE_CLAIMS = ['oid', 'sub', 'tid', 'appid'];
const CHANGEABLE_CLAIMS = ['email', 'preferred_username'];

const RAW_TOKEN_OF_PROFILE =
  'names a profile with powerBiProfileId, but the access token would act as the parent service principal: remove the action token';

export interface GrantContext {
  /** The name in audit lines of a grant without a name. */
  readonly place: string;
  /** The modes of CALLER_AUTH. If undefined, grants are not checked against them. */
  readonly callerModes: readonly CallerMode[] | undefined;
  /** The names of all profiles, faulty or not. */
  readonly knownProfiles: readonly string[];
  /** Whether the profile acts as a service principal profile. */
  readonly actsAsProfile: (name: string) => boolean;
}

/** Adds the defaults to a grant that matches the schema. */
export function readGrant(input: GrantInput, place: string): Grant {
  const { name = place, mode = 'enforce', callers, profiles, actions, accessLevel = 'View', xmla = false } = input;
  return {
    name,
    mode,
    callers: callers.map(readMatcher),
    profiles,
    actions,
    limits: {
      workspaces: toIds(input.workspaces),
      reports: toIds(input.reports),
      dashboards: toIds(input.dashboards),
      datasets: toIds(input.datasets),
      accessLevel,
      xmla,
      identity: input.identity === undefined ? undefined : readIdentity(input.identity),
    },
  };
}

function toIds(ids: readonly string[] | undefined): readonly string[] | undefined {
  return ids?.map((id) => id.toLowerCase());
}

function readMatcher({ anyone, claims = {}, ...own }: GrantInput['callers'][number]): Matcher {
  const wanted = [...Object.entries(own), ...Object.entries(claims)];
  return {
    isAnyone: anyone === true,
    claims: wanted.flatMap(([name, value]) => (value === undefined ? [] : [{ name, anyOf: [value].flat() }])),
  };
}

function readIdentity(input: NonNullable<GrantInput['identity']>): IdentityRule {
  if (input === 'from-request') return input;
  const { username, roles, customData } = input;
  return {
    username: readSource(username),
    roles: roles === undefined ? undefined : readRoles(roles),
    customData: customData === undefined ? undefined : readSource(customData),
  };
}

function readSource(source: { claim: string } | { value: string }): IdentitySource {
  return 'claim' in source ? { kind: 'claim', claim: source.claim } : { kind: 'value', value: source.value };
}

function readRoles(roles: string[] | { claim: string; map: Record<string, string> }): RoleSource {
  if (Array.isArray(roles)) return { kind: 'fixed', roles };
  return { kind: 'mapped', claim: roles.claim, roleOf: new Map(Object.entries(roles.map)) };
}

/** Errors that a schema cannot find: limits that no action uses, and rules on claims that people can change. */
export function findGrantFaults(input: GrantInput, context: GrantContext): readonly Fault[] {
  const { place, callerModes, knownProfiles, actsAsProfile } = context;
  const givesToken = input.actions.includes('token');
  return [
    ...input.profiles.flatMap((name, index): Fault[] =>
      knownProfiles.includes(name)
        ? []
        : [{ name: `profiles.${index}`, problem: describeUnknownProfile(name, knownProfiles) }],
    ),
    ...input.profiles.flatMap((name, index): Fault[] =>
      givesToken && actsAsProfile(name) ? [{ name: `profiles.${index}`, problem: RAW_TOKEN_OF_PROFILE }] : [],
    ),
    ...findUnusedLimits(input),
    ...findMatcherFaults(input, callerModes),
    ...findIdentityFaults(input, readGrant(input, place), callerModes),
  ];
}

/** Does not quote the name, which may be a secret in the wrong place. */
function describeUnknownProfile(name: string, known: readonly string[]): string {
  if (name === 'default') {
    return 'names "default", which does not exist: set POWERBI_TENANT_ID and POWERBI_CLIENT_ID, or write "default" under "profiles"';
  }
  const near = nearestName(name, known);
  return near === undefined
    ? 'names a profile that does not exist: write a name from "profiles"'
    : `names a profile that does not exist: did you mean "${near}"?`;
}

function findUnusedLimits(input: GrantInput): Fault[] {
  const { actions, workspaces } = input;
  const limits = Object.entries(ACTIONS_OF_LIMIT).filter(([limit]) => input[limit as keyof GrantInput] !== undefined);
  const unused = limits.filter(
    ([, usedBy]) => !actions.some((action) => (usedBy as readonly string[]).includes(action)),
  );
  const beyond: Fault[] = unused.map(([name, usedBy]) => ({
    name,
    problem: `has no effect: it is for the actions ${usedBy.join(', ')}, and this grant has none of them`,
  }));
  if (actions.includes('token') && limits.length > unused.length) {
    beyond.push({
      name: 'actions',
      problem: 'has token, but limits cannot restrict a token: put token into a grant without limits',
    });
  }
  const needing = (['embed', 'refresh'] as const).filter((action) => actions.includes(action));
  if (workspaces === undefined && needing.length > 0) {
    beyond.push({
      name: 'workspaces',
      problem: `is missing: a grant with ${needing.join(' or ')} must name its workspaces`,
    });
  }
  return beyond;
}

function findMatcherFaults({ callers }: GrantInput, modes: readonly CallerMode[] | undefined): Fault[] {
  return callers.flatMap((matcher, index): Fault[] => {
    const name = `callers.${index}`;
    if (Object.keys(matcher).length === 0) {
      return [{ name, problem: 'is empty: name a claim, or write { "anyone": true } for every authenticated caller' }];
    }
    if (matcher.claims !== undefined && modes !== undefined && !isOidc(modes)) {
      return [
        {
          name: `${name}.claims`,
          problem: 'is only for CALLER_AUTH=oidc: use tid, appid, oid, sub, roles, scp or groups',
        },
      ];
    }
    return [];
  });
}

function findIdentityFaults(
  { callers }: GrantInput,
  { limits: { identity } }: Grant,
  modes: readonly CallerMode[] | undefined,
): Fault[] {
  if (identity === undefined) return [];
  if (identity !== 'from-request') return findClaimFaults(identity, modes);
  const isTrusted = ({ appid, azp, roles, sub }: GrantInput['callers'][number]): boolean =>
    [appid, azp, roles, sub].some((claim) => claim !== undefined);
  return callers.every(isTrusted)
    ? []
    : [
        {
          name: 'identity',
          problem:
            'is from-request, so the caller chooses the user: each entry of callers must have appid, azp, roles or sub',
        },
      ];
}

function findClaimFaults(identity: ClaimIdentity, modes: readonly CallerMode[] | undefined): Fault[] {
  const { username, roles, customData } = identity;
  const faults = [
    ...(username.kind === 'value' ? checkUserName(username.value) : checkClaim(username.claim, modes)).map(
      (problem) => ({ name: 'identity.username', problem }),
    ),
    ...(customData?.kind === 'claim' ? checkClaim(customData.claim, modes) : []).map((problem) => ({
      name: 'identity.customData',
      problem,
    })),
  ];
  if (roles?.kind !== 'mapped' || ['roles', 'groups'].includes(roles.claim)) return faults;
  return [...faults, ...checkClaim(roles.claim, modes).map((problem) => ({ name: 'identity.roles', problem }))];
}

function checkClaim(claim: string, modes: readonly CallerMode[] | undefined): string[] {
  if (CHANGEABLE_CLAIMS.includes(claim)) {
    return ['names a claim that people can change (email, preferred_username): use oid or sub'];
  }
  if (modes === undefined || isOidc(modes) || STABLE_CLAIMS.includes(claim)) return [];
  if (claim !== 'upn') return [`must name one of the claims ${STABLE_CLAIMS.join(', ')}, upn`];
  return modes.every((mode) => mode === 'entra' || mode === 'none')
    ? []
    : ['names upn, which is only allowed with CALLER_AUTH=entra: use oid'];
}

/** Power BI's rule for the user name of an effective identity. */
export function isUserName(text: string): boolean {
  return text !== '' && text.length <= 256 && !/\s/.test(text);
}

function checkUserName(value: string): string[] {
  return isUserName(value) ? [] : ['must have at most 256 characters and no spaces'];
}

function isOidc(modes: readonly CallerMode[]): boolean {
  return (modes as readonly string[]).includes('oidc');
}
