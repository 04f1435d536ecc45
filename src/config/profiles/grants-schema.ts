import * as v from 'valibot';
import { guid, text } from '../setting-schemas.ts';

/** The schema of a grant in profiles.json: who may do what. */

export const nonEmpty = v.pipe(text, v.nonEmpty('must not be empty'));

export const ACTIONS = ['token', 'embed', 'workspaces', 'reports', 'datasets', 'refresh'] as const;
export const ACCESS_LEVELS = ['View', 'Edit', 'Create'] as const;

const claimValue = v.union(
  [nonEmpty, v.pipe(v.array(nonEmpty), v.minLength(1))],
  'must be a string, or a list of strings of which one must match',
);

const matcher = v.strictObject({
  anyone: v.optional(
    v.pipe(
      v.literal(true, 'must be true, or must be left out'),
      v.description('Every caller that passed CALLER_AUTH.'),
    ),
  ),
  tid: v.optional(claimValue),
  appid: v.optional(v.pipe(claimValue, v.description('The calling application; azp in a v2.0 token.'))),
  azp: v.optional(v.pipe(claimValue, v.description('The same as appid.'))),
  oid: v.optional(claimValue),
  sub: v.optional(claimValue),
  roles: v.optional(claimValue),
  scp: v.optional(claimValue),
  groups: v.optional(claimValue),
  claims: v.optional(
    v.pipe(v.record(nonEmpty, claimValue), v.description('With CALLER_AUTH=oidc: any other verified claim.')),
  ),
});

const claimSource = v.strictObject({ claim: nonEmpty });

const source = v.union(
  [claimSource, v.strictObject({ value: nonEmpty })],
  'must be { "claim": NAME } or { "value": STRING }',
);

const roleName = v.pipe(nonEmpty, v.regex(/^[^,]{1,50}$/, 'must have at most 50 characters and no comma'));

const roles = v.union(
  [
    v.pipe(v.array(roleName), v.minLength(1), v.maxLength(50)),
    v.strictObject({ claim: nonEmpty, map: v.record(nonEmpty, roleName) }),
  ],
  'must be a list of up to 50 roles (each up to 50 characters, no comma), or { "claim": NAME, "map": { VALUE: ROLE } }',
);

const identity = v.union(
  [
    v.literal('from-request'),
    v.strictObject({ username: source, roles: v.optional(roles), customData: v.optional(source) }),
  ],
  'must be "from-request" or { "username": SOURCE, "roles": ROLES, "customData": SOURCE }, where SOURCE is { "claim": NAME } or { "value": STRING }, ' +
    'and ROLES is a list of up to 50 roles or { "claim": NAME, "map": { VALUE: ROLE } }; roles and customData may be left out',
);

const ids = (what: string) => v.pipe(v.array(guid(what)), v.minLength(1, `must have at least one entry: ${what}`));

export const grantSchema = v.strictObject({
  name: v.optional(
    v.pipe(
      nonEmpty,
      v.maxLength(64, 'must have at most 64 characters'),
      v.description('The name of this grant in audit lines. Default: grants.0, grants.1, …'),
    ),
  ),
  callers: v.pipe(
    v.array(matcher),
    v.minLength(1, 'must name at least one caller'),
    v.description(
      'The grant is for a caller if one entry matches: all properties of the entry, compared with verified claims.',
    ),
  ),
  profiles: v.pipe(v.array(nonEmpty), v.minLength(1, 'must name at least one profile')),
  actions: v.pipe(
    v.array(v.picklist(ACTIONS, `must be one of ${ACTIONS.join(', ')}`)),
    v.minLength(1, `must name at least one of ${ACTIONS.join(', ')}`),
  ),
  mode: v.optional(
    v.pipe(
      v.picklist(['enforce', 'audit'], 'must be enforce or audit'),
      v.description('"audit": allows nothing; the audit line says what the grant would have allowed.'),
    ),
  ),
  workspaces: v.optional(
    v.pipe(ids('a workspace id'), v.description('Only these workspaces. Required with the actions embed and refresh.')),
  ),
  reports: v.optional(v.pipe(ids('a report id'), v.description('embed: only these reports of the workspaces.'))),
  dashboards: v.optional(
    v.pipe(ids('a dashboard id'), v.description('embed: only these dashboards of the workspaces.')),
  ),
  datasets: v.optional(
    v.pipe(
      ids('a dataset id'),
      v.description(
        'embed and refresh: only these datasets. With embed, datasets of other workspaces must be listed here.',
      ),
    ),
  ),
  accessLevel: v.optional(
    v.pipe(
      v.picklist(ACCESS_LEVELS, `must be ${ACCESS_LEVELS.join(', ')}`),
      v.description('embed: View (the default), Edit, or Create, which also allows new reports.'),
    ),
  ),
  xmla: v.optional(
    v.pipe(
      v.boolean(),
      v.description('embed: true also allows xmlaPermissions ReadOnly, which allows queries of the model.'),
    ),
  ),
  identity: v.optional(v.pipe(identity, v.description('embed: how the row-level security identity is made.'))),
});

export type GrantInput = v.InferOutput<typeof grantSchema>;
