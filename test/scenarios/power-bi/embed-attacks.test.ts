import { ADA, bearer } from '../../support/entra-callers.ts';
import { embedGrant, generated, postEmbedToken, startEmbedApp } from '../../support/embed.ts';
import { seed, startScenario } from '../../support/scenario.ts';

const { workspace } = seed;
const ELSEWHERE = '00000000-0000-4000-8000-000000000001';
const REPORT = { reports: [{ id: workspace.salesReportId }] };

const scenario = startScenario();
beforeEach(() => {
  scenario.powerBi.reset();
});

test.each<[string, unknown]>([
  ['a report that is in no granted workspace', { reports: [{ id: ELSEWHERE }] }],
  ['a dataset that is in no granted workspace', { datasets: [{ id: ELSEWHERE }] }],
  ['editing under View', { reports: [{ id: workspace.salesReportId, allowEdit: true }] }],
  ['saving under View', { ...REPORT, targetWorkspaces: [{ id: workspace.id }] }],
  ['saving to another workspace', { ...REPORT, targetWorkspaces: [{ id: ELSEWHERE }] }],
  ['a new report under View', { newReport: { workspaceId: workspace.id, datasetId: workspace.salesDatasetId } }],
  ['queries without xmla', { datasets: [{ id: workspace.salesDatasetId, xmlaPermissions: 'ReadOnly' }] }],
  ['a dashboard of another workspace', { dashboard: { id: workspace.dashboardId, workspaceId: ELSEWHERE } }],
  ['an unknown dashboard', { dashboard: { id: ELSEWHERE, workspaceId: workspace.id } }],
])('%s is forbidden before GenerateToken', async (_what, body) => {
  const app = startEmbedApp(scenario, [embedGrant()]);

  const answer = await postEmbedToken(app, await bearer(scenario, ADA), body);

  expect([answer.status, answer.body['code']]).toEqual([403, 'forbidden']);
  expect(generated(scenario)).toEqual([]);
});

test.each<[string, unknown]>([
  [
    'identities without from-request',
    { ...REPORT, identities: [{ username: 'grace', datasets: [workspace.salesDatasetId] }] },
  ],
  ['a member __proto__', `{"reports":[{"id":"${workspace.salesReportId}"}],"__proto__":{"identities":[]}}`],
  [
    'a member __proto__ of a report',
    `{"reports":[{"id":"${workspace.salesReportId}","__proto__":{"allowEdit":true}}]}`,
  ],
  ['a member constructor', `{"reports":[{"id":"${workspace.salesReportId}"}],"constructor":{}}`],
  [
    '51 reports',
    { reports: Array.from({ length: 51 }, (_, n) => ({ id: ELSEWHERE.replace(/\d\d$/, String(10 + n)) })) },
  ],
  [
    'the same report twice',
    { reports: [{ id: workspace.salesReportId }, { id: workspace.salesReportId.toUpperCase(), allowEdit: true }] },
  ],
  ['data source identities', { ...REPORT, datasourceIdentities: [] }],
  ['a user name', { ...REPORT, username: 'grace' }],
  ['a dashboard beside reports', { ...REPORT, dashboard: { id: workspace.dashboardId, workspaceId: workspace.id } }],
  ['nothing', {}],
  ['a list', []],
  ['an id with a path', { reports: [{ id: `${workspace.salesReportId}/../x` }] }],
  ['no JSON', '{'],
])('%s is an invalid request, and Power BI is not asked for a token', async (_what, body) => {
  const app = startEmbedApp(scenario, [embedGrant()]);

  const answer = await postEmbedToken(app, await bearer(scenario, ADA), body);

  expect([answer.status, answer.body['code']]).toEqual([400, 'invalid_request']);
  expect(generated(scenario)).toEqual([]);
});

test('query parameters and headers do not set a user or a role', async () => {
  const app = startEmbedApp(scenario, [embedGrant({ identity: { username: { claim: 'oid' }, roles: ['Employee'] } })]);
  const headers = { ...(await bearer(scenario, ADA)), username: 'grace', 'x-ms-client-principal-name': 'grace' };
  const target = `/api/embed/${workspace.id}/${workspace.payrollReportId}`;

  const { status } = await app.visit(`${target}?username=grace&roles=Manager&identities=[]`, { headers });

  expect(status).toBe(200);
  expect(generated(scenario)).toMatchObject([
    { body: { identities: [{ username: seed.users.ada.oid, roles: ['Employee'] }] } },
  ]);
});

test('without a grant with embed Power BI is not asked', async () => {
  const app = startEmbedApp(scenario, [embedGrant({ actions: ['datasets'] })]);

  const { status } = await app.visit(`/api/embed/${workspace.id}/${workspace.salesReportId}`, {
    headers: await bearer(scenario, ADA),
  });

  expect([status, scenario.powerBi.requests]).toEqual([403, []]);
});
