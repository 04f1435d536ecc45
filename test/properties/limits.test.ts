import fc from 'fast-check';
import type { EmbedRequest } from '../../src/callers/access-request.ts';
import type { Caller } from '../../src/callers/caller.ts';
import { decide } from '../../src/callers/decide.ts';
import type { GrantInput } from '../../src/config/profiles/grants-schema.ts';
import { readGrant } from '../../src/config/profiles/read-grant.ts';

const KEY: Caller = { kind: 'nameless', id: 'key' };
const guid = (digit: number): string => `${String(digit).repeat(8)}-0000-4000-8000-000000000000`;
const id = fc.integer({ min: 1, max: 3 }).map(guid);
const ids = fc.uniqueArray(id, { minLength: 1, maxLength: 3 });
const optionalIds = fc.option(ids, { nil: undefined });

const someGrant: fc.Arbitrary<GrantInput> = fc
  .record({
    workspaces: ids,
    reports: optionalIds,
    dashboards: optionalIds,
    datasets: optionalIds,
    accessLevel: fc.constantFrom('View', 'Edit', 'Create'),
    xmla: fc.boolean(),
    mayEmbed: fc.boolean(),
    isOfProfile: fc.boolean(),
  })
  .map(({ mayEmbed, isOfProfile, ...limits }) => ({
    ...limits,
    callers: [{ anyone: true as const }],
    profiles: [isOfProfile ? 'sales' : 'other'],
    actions: [mayEmbed ? ('embed' as const) : ('reports' as const)],
  }));

const someRequest: fc.Arbitrary<EmbedRequest> = fc.record({
  action: fc.constant('embed' as const),
  profile: fc.constant('sales'),
  reports: fc.array(fc.record({ id, workspaceId: id, allowEdit: fc.boolean() }), { maxLength: 2 }),
  dashboards: fc.array(fc.record({ id, workspaceId: id }), { maxLength: 1 }),
  datasets: fc.array(
    fc.record({
      id,
      workspaceId: id,
      wantsXmla: fc.boolean(),
      requiresIdentity: fc.boolean(),
      requiresRoles: fc.constant(false),
    }),
    { maxLength: 2 },
  ),
  targetWorkspaceIds: fc.array(id, { maxLength: 1 }),
  createsReport: fc.boolean(),
  identities: fc.constant(undefined),
});

/** A second implementation of the contract's table of limits: one statement for each limit. */
function allows(grant: GrantInput, request: EmbedRequest): boolean {
  const { workspaces = [], accessLevel } = grant;
  const edits = request.reports.some(({ allowEdit }) => allowEdit);
  const creates = request.createsReport || request.targetWorkspaceIds.length > 0;
  return [
    grant.actions.includes('embed') && grant.profiles.includes(request.profile),
    request.reports.every((report) => workspaces.includes(report.workspaceId)),
    request.dashboards.every((dashboard) => workspaces.includes(dashboard.workspaceId)),
    request.targetWorkspaceIds.every((workspace) => workspaces.includes(workspace)),
    request.reports.every((report) => grant.reports?.includes(report.id) ?? true),
    request.dashboards.every((dashboard) => grant.dashboards?.includes(dashboard.id) ?? true),
    request.datasets.every(
      (dataset) => grant.datasets?.includes(dataset.id) ?? workspaces.includes(dataset.workspaceId),
    ),
    !edits || accessLevel !== 'View',
    !creates || accessLevel === 'Create',
    request.datasets.every(({ wantsXmla }) => !wantsXmla || grant.xmla === true),
    request.datasets.every(({ requiresIdentity }) => !requiresIdentity),
  ].every(Boolean);
}

test('a request is allowed if and only if a single grant allows all of it, and the first such grant is named', () => {
  fc.assert(
    fc.property(fc.array(someGrant, { maxLength: 4 }), someRequest, (inputs, request) => {
      const grants = inputs.map((input, index) => readGrant(input, `grants.${index}`));
      const first = inputs.findIndex((grant) => allows(grant, request));

      const decision = decide(grants, KEY, request);

      expect(decision.outcome === 'allow' ? decision.grant : 'denied').toBe(first < 0 ? 'denied' : `grants.${first}`);
    }),
    { numRuns: 2_000 },
  );
});

test('the premise: these grants and requests have both outcomes', () => {
  const outcomes = fc
    .sample(fc.tuple(fc.array(someGrant, { maxLength: 4 }), someRequest), { numRuns: 2_000, seed: 7 })
    .map(([inputs, request]) => inputs.some((grant) => allows(grant, request)));

  expect(outcomes.filter((isAllowed) => isAllowed).length).toBeGreaterThan(20);
  expect(outcomes.filter((isAllowed) => !isAllowed).length).toBeGreaterThan(20);
});
