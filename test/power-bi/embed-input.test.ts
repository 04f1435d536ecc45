import { readEmbedInput } from '../../src/power-bi/embed-input.ts';

const A = '0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d';
const B = '1b2c3d4e-5f6a-4b7c-8d9e-0f1a2b3c4d5e';
const COMMON = { identities: undefined, lifetimeInMinutes: undefined };
const reports = [{ id: A }];

test.each<[string, unknown, unknown]>([
  [
    'only reports',
    { reports: [{ id: A.toUpperCase() }] },
    { kind: 'items', reports: [{ id: A, allowEdit: false }], datasets: [], targetWorkspaceIds: [], ...COMMON },
  ],
  [
    'only datasets',
    { datasets: [{ id: A }, { id: B, xmlaPermissions: 'ReadOnly' }] },
    {
      kind: 'items',
      reports: [],
      datasets: [
        { id: A, wantsXmla: false },
        { id: B, wantsXmla: true },
      ],
      targetWorkspaceIds: [],
      ...COMMON,
    },
  ],
  [
    'a lifetime of 0, which is the default of Power BI',
    { reports, lifetimeInMinutes: 0 },
    { kind: 'items', reports: [{ id: A, allowEdit: false }], datasets: [], targetWorkspaceIds: [], ...COMMON },
  ],
  [
    'a lifetime and identities',
    { dashboard: { id: A, workspaceId: B }, lifetimeInMinutes: 1440, identities: [{ username: 'ada', datasets: [B] }] },
    {
      kind: 'dashboard',
      id: A,
      workspaceId: B,
      lifetimeInMinutes: 1440,
      identities: [{ username: 'ada', datasets: [B] }],
    },
  ],
  [
    'a tile',
    { tile: { id: A, dashboardId: B, workspaceId: B } },
    { kind: 'tile', id: A, dashboardId: B, workspaceId: B, ...COMMON },
  ],
  [
    'a new report',
    { newReport: { workspaceId: A, datasetId: B } },
    { kind: 'newReport', workspaceId: A, datasetId: B, ...COMMON },
  ],
])('a body may request %s', (_what, body, expected) => {
  expect(readEmbedInput(body)).toEqual(expected);
});

const NAMES_NOTHING = 'it must name reports or datasets, or exactly one dashboard, tile or newReport';

test.each<[string, unknown, string]>([
  ['null', null, 'it must be Object'],
  ['a text', 'reports', 'it must be Object'],
  ['an empty list', [], NAMES_NOTHING],
  ['an empty object', {}, NAMES_NOTHING],
  ['empty lists', { reports: [], datasets: [] }, NAMES_NOTHING],
  ['one report instead of a list', { reports: { id: A, name: 'Sales' } }, 'reports must be Array'],
  ['a report without an id', { reports: [{}] }, 'reports.0.id is missing'],
  ['a report that is a text', { reports: [A] }, 'reports.0 must be Object'],
  ['an id that is not a GUID', { reports: [{ id: 'sales' }] }, 'reports.0.id must be an id (a GUID)'],
  ['an id that is a number', { reports: [{ id: 7 }] }, 'reports.0.id must be string'],
  ['a text for allowEdit', { reports: [{ id: A, allowEdit: 'yes' }] }, 'reports.0.allowEdit must be boolean'],
  [
    'permissions that do not exist',
    { datasets: [{ id: A, xmlaPermissions: 'ReadWrite' }] },
    'datasets.0.xmlaPermissions must be ("Off" | "ReadOnly")',
  ],
  ['a report twice', { reports: [{ id: A }, { id: A.toUpperCase() }] }, 'reports must not contain an id twice'],
  ['half a minute', { reports, lifetimeInMinutes: 0.5 }, 'lifetimeInMinutes must be a whole number'],
  ['more than a day', { reports, lifetimeInMinutes: 1441 }, 'lifetimeInMinutes must be at most 1440'],
  ['a negative lifetime', { reports, lifetimeInMinutes: -1 }, 'lifetimeInMinutes must not be negative'],
  [
    'only target workspaces',
    { targetWorkspaces: [{ id: A }] },
    'it must name a report or a dataset with targetWorkspaces',
  ],
  ['two kinds', { reports, newReport: { workspaceId: A, datasetId: B } }, NAMES_NOTHING],
  [
    'an identity without datasets',
    { reports, identities: [{ username: 'ada', datasets: [] }] },
    'identities.0.datasets must name at least one dataset',
  ],
  [
    'a user name with a space',
    { reports, identities: [{ username: 'ada lovelace', datasets: [A] }] },
    'identities.0.username must have 1 to 256 characters and no spaces',
  ],
  [
    'unknown members with other errors',
    { reports: [{ id: 'sales', name: 'Sales' }], datasourceIdentities: [] },
    'reports.0.name is not a known property; datasourceIdentities is not a known property; reports.0.id must be an id (a GUID)',
  ],
])('%s is refused, and the message names the place and not the value', (_what, body, faults) => {
  expect(() => readEmbedInput(body)).toThrow(
    expect.objectContaining({ code: 'invalid_request', message: `The request body is not valid: ${faults}.` }) as Error,
  );
});
