import type { EmbedRequest, RequestedDataset } from '../../src/callers/access-request.ts';
import { makeIdentities } from '../../src/callers/make-identities.ts';
import type { IdentityRule } from '../../src/config/profiles/grant.ts';

const dataset = (id: string, members: Partial<RequestedDataset> = {}): RequestedDataset => ({
  id,
  workspaceId: 'w-1',
  wantsXmla: false,
  requiresIdentity: true,
  requiresRoles: false,
  ...members,
});
const FIXED: IdentityRule = { username: { kind: 'value', value: 'ada' }, roles: undefined, customData: undefined };
const forOne = { username: 'grace', datasets: ['one'] };
const forTwo = { username: 'grace', datasets: ['two'] };

interface Asked {
  readonly rule?: IdentityRule | undefined;
  readonly datasets: readonly RequestedDataset[];
  readonly identities?: EmbedRequest['identities'];
}

const make = ({ rule, datasets, identities }: Asked) =>
  makeIdentities(
    rule,
    { kind: 'nameless', id: 'key' },
    {
      action: 'embed',
      profile: 'sales',
      reports: [],
      dashboards: [],
      datasets,
      targetWorkspaceIds: [],
      createsReport: false,
      identities,
    },
  );

test.each<[name: string, asked: Asked, expected: ReturnType<typeof makeIdentities>]>([
  [
    'one identity is made for all datasets that require one',
    { rule: FIXED, datasets: [dataset('one'), dataset('two'), dataset('free', { requiresIdentity: false })] },
    { kind: 'made', identities: [{ username: 'ada', datasets: ['one', 'two'] }] },
  ],
  [
    'no identity is made if no dataset requires one',
    { rule: FIXED, datasets: [dataset('free', { requiresIdentity: false })] },
    { kind: 'made', identities: [] },
  ],
  [
    'none can be made without a rule',
    { datasets: [dataset('one')] },
    { kind: 'refused', reason: 'it has no identity, and a dataset requires one (row-level security)' },
  ],
  [
    'none can be made without roles if one of the datasets requires them',
    { rule: FIXED, datasets: [dataset('one', { requiresRoles: true }), dataset('two')] },
    { kind: 'refused', reason: 'its identity names no roles, and a dataset requires them' },
  ],
  [
    'the request may name none, unless the rule says from-request',
    { rule: FIXED, datasets: [dataset('one')], identities: [forOne] },
    { kind: 'invalid', reason: 'its identity is not from-request, and the request has identities' },
  ],
  [
    'the identities of a trusted back end are accepted if each dataset has one',
    { rule: 'from-request', datasets: [dataset('one'), dataset('two')], identities: [forOne, forTwo] },
    { kind: 'made', identities: [forOne, forTwo] },
  ],
  [
    'the identities of a trusted back end are not accepted if one is missing',
    { rule: 'from-request', datasets: [dataset('one'), dataset('two')], identities: [forOne] },
    { kind: 'invalid', reason: 'a dataset requires an identity that is missing' },
  ],
])('%s', (_, asked, expected) => {
  expect(make(asked)).toEqual(expected);
});
