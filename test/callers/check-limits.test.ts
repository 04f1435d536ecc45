import type { AccessRequest, EmbedRequest } from '../../src/callers/access-request.ts';
import { findExceededLimit } from '../../src/callers/check-limits.ts';
import type { Limits } from '../../src/config/profiles/grant.ts';

const NO_LIMITS: Limits = {
  workspaces: undefined,
  reports: undefined,
  dashboards: undefined,
  datasets: undefined,
  accessLevel: 'View',
  xmla: false,
  identity: undefined,
};
const IN_W1: Limits = { ...NO_LIMITS, workspaces: ['w-1'] };

const embed = (members: Partial<EmbedRequest>): EmbedRequest => ({
  action: 'embed',
  profile: 'sales',
  reports: [],
  dashboards: [],
  datasets: [],
  targetWorkspaceIds: [],
  createsReport: false,
  identities: undefined,
  ...members,
});
const report = { id: 'r-1', workspaceId: 'w-1', allowEdit: false };
const dashboard = { id: 'b-1', workspaceId: 'w-1' };
const dataset = { id: 'd-1', workspaceId: 'w-1', wantsXmla: false, requiresIdentity: false, requiresRoles: false };

const beyond = (limit: string): string => `the request is not within "${limit}" of the grant`;

test.each<[name: string, limits: Limits, request: AccessRequest]>([
  ['a token', IN_W1, { action: 'token', profile: 'sales' }],
  ['a list of workspaces', IN_W1, { action: 'workspaces', profile: 'sales' }],
  ['reports of a granted workspace', IN_W1, { action: 'reports', profile: 'sales', workspaceId: 'w-1' }],
  ['datasets of a granted workspace', IN_W1, { action: 'datasets', profile: 'sales', workspaceId: 'W-1' }],
  ['reports of any workspace', NO_LIMITS, { action: 'reports', profile: 'sales', workspaceId: 'w-9' }],
  ['datasets of My workspace', NO_LIMITS, { action: 'datasets', profile: 'sales', workspaceId: undefined }],
  ['a granted report', { ...IN_W1, reports: ['r-1'] }, embed({ reports: [report] })],
  ['a granted dashboard', { ...IN_W1, dashboards: ['b-1'] }, embed({ dashboards: [dashboard] })],
  ['any dashboard of a granted workspace', IN_W1, embed({ dashboards: [dashboard] })],
  ['no item', NO_LIMITS, embed({})],
])('%s is within the limits', (_, limits, request) => {
  expect(findExceededLimit(limits, request)).toBeUndefined();
});

test.each<[name: string, limits: Limits, request: AccessRequest, limit: string]>([
  [
    'one report of two',
    { ...IN_W1, reports: ['r-1'] },
    embed({ reports: [report, { ...report, id: 'r-2' }] }),
    'reports',
  ],
  [
    'one dashboard of two',
    { ...IN_W1, dashboards: ['b-1'] },
    embed({ dashboards: [dashboard, { ...dashboard, id: 'b-2' }] }),
    'dashboards',
  ],
  [
    'one dataset of two',
    { ...IN_W1, datasets: ['d-1'] },
    embed({ datasets: [dataset, { ...dataset, id: 'd-2' }] }),
    'datasets',
  ],
  [
    'one target workspace of two',
    { ...IN_W1, accessLevel: 'Create' },
    embed({ targetWorkspaceIds: ['w-1', 'w-2'] }),
    'workspaces',
  ],
  ['editing one report of two', IN_W1, embed({ reports: [report, { ...report, allowEdit: true }] }), 'accessLevel'],
  ['queries to one dataset of two', IN_W1, embed({ datasets: [dataset, { ...dataset, wantsXmla: true }] }), 'xmla'],
])('%s can exceed a limit', (_, limits, request, limit) => {
  expect(findExceededLimit(limits, request)).toBe(beyond(limit));
});

test.each<[name: string, request: AccessRequest, limit: string]>([
  ['a refresh', { action: 'refresh', profile: 'sales', workspaceId: 'w-1', datasetId: 'd-1' }, 'workspaces'],
  ['a report', embed({ reports: [report] }), 'workspaces'],
  ['a dataset', embed({ datasets: [dataset] }), 'datasets'],
])('without a list of workspaces, %s is not allowed in any', (_, request, limit) => {
  expect(findExceededLimit(NO_LIMITS, request)).toBe(beyond(limit));
});

test('an unknown action is not within any limits', () => {
  expect(findExceededLimit(NO_LIMITS, { action: 'unknown', profile: 'sales' } as never)).toBeDefined();
});
