import * as v from 'valibot';

const maxArtifacts = 50;

const Id = v.pipe(v.string(), v.uuid('An id must be a GUID.'), v.toLowerCase());

const Identity = v.strictObject({
  username: v.pipe(
    v.string('An effective identity needs a username.'),
    v.regex(/^\S{1,256}$/, 'A username has 1 to 256 characters and no spaces.'),
  ),
  roles: v.optional(
    v.pipe(
      v.array(v.pipe(v.string(), v.regex(/^[^,]{1,50}$/, 'A role has 1 to 50 characters and no comma.'))),
      v.maxLength(50, 'An effective identity has at most 50 roles.'),
    ),
    [],
  ),
  datasets: v.optional(v.array(Id), []),
  reports: v.optional(v.array(Id), []),
  customData: v.optional(v.string()),
  auditableContext: v.optional(v.string()),
  identityBlob: v.optional(v.object({ value: v.string() })),
});

const lifetimeInMinutes = v.optional(
  v.pipe(v.number(), v.integer(), v.minValue(0, 'lifetimeInMinutes must not be negative.')),
  0,
);

function atMostFifty<Member extends v.GenericSchema>(member: Member, name: string) {
  return v.optional(v.pipe(v.array(member), v.maxLength(maxArtifacts, `At most ${maxArtifacts} ${name}.`)), []);
}

/** The body of GenerateToken, version 2, which has no dashboards and tiles. */
export const GenerateTokenRequest = v.pipe(
  v.strictObject({
    datasets: atMostFifty(
      v.strictObject({ id: Id, xmlaPermissions: v.optional(v.picklist(['Off', 'ReadOnly']), 'Off') }),
      'datasets',
    ),
    reports: atMostFifty(v.strictObject({ id: Id, allowEdit: v.optional(v.boolean(), false) }), 'reports'),
    targetWorkspaces: atMostFifty(v.strictObject({ id: Id }), 'target workspaces'),
    identities: v.optional(v.array(Identity), []),
    lifetimeInMinutes,
  }),
  v.check(({ datasets, reports }) => datasets.length + reports.length > 0, 'Name a dataset or a report.'),
);

/** The body of version 1, for one item, which is in the URL. */
export const GenerateTokenRequestV1 = v.strictObject({
  accessLevel: v.optional(v.picklist(['View', 'Edit', 'Create']), 'View'),
  datasetId: v.optional(Id),
  allowSaveAs: v.optional(v.boolean()),
  identities: v.optional(
    v.pipe(v.array(Identity), v.maxLength(1, 'Multiple identities is not supported in this version.')),
    [],
  ),
  lifetimeInMinutes,
});

export type GenerateTokenRequest = v.InferOutput<typeof GenerateTokenRequest>;
export type GenerateTokenRequestV1 = v.InferOutput<typeof GenerateTokenRequestV1>;
export type EffectiveIdentity = v.InferOutput<typeof Identity>;
