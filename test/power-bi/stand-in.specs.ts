import { readPowerBiSpec, type Exchange } from '../support/power-bi-spec.ts';
import { ADA, bearer } from '../support/entra-callers.ts';
import { embedGrant, postEmbedToken, startEmbedApp } from '../support/embed.ts';
import { seed, startScenario, type TestApp } from '../support/scenario.ts';

const { workspace } = seed;
const examine = readPowerBiSpec();
const scenario = startScenario();
const exchanges: Exchange[] = [];

/** The requests of this program to the stand-in, and the answers of the stand-in. */
beforeAll(() => {
  const send = globalThis.fetch;
  jest.spyOn(globalThis, 'fetch').mockImplementation(async (input, init) => {
    const answer = await send(input, init);
    const url = new URL(input instanceof Request ? input.url : input);
    if (url.origin !== scenario.powerBi.url) return answer;
    const requestBody = typeof init?.body === 'string' ? init.body : '';
    const { status } = answer;
    exchanges.push({
      method: init?.method ?? 'GET',
      url,
      requestBody,
      status,
      answer: await answer.clone().text(),
    });
    return answer;
  });
});
afterAll(() => {
  jest.restoreAllMocks();
});

const REFRESH = `/api/refresh/${workspace.id}/${workspace.salesDatasetId}`;
const OPERATIONS = [
  'Dashboards_GetDashboardsInGroup',
  'Dashboards_GetTilesInGroup',
  'Datasets_GetDatasetsInGroup',
  'Datasets_GetRefreshExecutionDetailsInGroup',
  'Datasets_GetRefreshHistoryInGroup',
  'Datasets_RefreshDatasetInGroup',
  'EmbedToken_GenerateToken',
  'Dashboards_GenerateTokenInGroup',
  'Tiles_GenerateTokenInGroup',
  'Reports_GenerateTokenForCreateInGroup',
  'Groups_GetGroupUsers',
  'Groups_GetGroups',
  'Reports_GetDatasourcesInGroup',
  'Reports_GetReportsInGroup',
];

test("the requests to Power BI and the stand-in's answers match Microsoft's description", async () => {
  const identity = { username: { claim: 'oid' }, roles: ['Employee'], customData: { value: 'north' } };
  const app = startEmbedApp(scenario, [
    embedGrant({ accessLevel: 'Create', xmla: true, identity }),
    embedGrant({ name: 'lists', actions: ['workspaces', 'reports', 'datasets', 'refresh'] }),
  ]);
  const headers = await bearer(scenario, ADA);

  const statuses = [
    ...(await embedEverything(app, headers)),
    ...(await listEverything(app, headers)),
    ...(await refreshTwice(app, headers)),
    (await app.visit('/api/health/ready', { headers })).status,
  ];

  expect([...new Set(statuses)].sort()).toEqual([200, 202]);
  const examined = exchanges.map((exchange) => examine(exchange));
  expect(examined.filter(({ faults }) => faults.length > 0)).toEqual([]);
  expect([...new Set(examined.map(({ operation }) => operation))].sort()).toEqual([...OPERATIONS].sort());
});

async function embedEverything(app: TestApp, headers: Record<string, string>): Promise<number[]> {
  const { id, salesReportId, payrollReportId, invoiceReportId, dashboardId, salesTileId, salesDatasetId } = workspace;
  const items = [salesReportId, payrollReportId, invoiceReportId, `dashboards/${dashboardId}`];
  const paths = [...items, `dashboards/${dashboardId}/tiles/${salesTileId}`].map((item) => `/api/embed/${id}/${item}`);
  const answers = await Promise.all(paths.map((path) => app.visit(path, { headers })));
  const whole = await postEmbedToken(app, headers, {
    reports: [{ id: salesReportId, allowEdit: true }],
    datasets: [{ id: salesDatasetId, xmlaPermissions: 'ReadOnly' }],
    targetWorkspaces: [{ id }],
    lifetimeInMinutes: 10,
  });
  const created = await postEmbedToken(app, headers, { newReport: { workspaceId: id, datasetId: salesDatasetId } });
  return [...answers, whole, created].map(({ status }) => status);
}

async function listEverything(app: TestApp, headers: Record<string, string>): Promise<number[]> {
  const targets = [
    'workspaces?$top=5&$skip=0',
    `reports?workspace=${workspace.id}`,
    `datasets?workspace=${workspace.id}`,
  ];
  const answers = await Promise.all(targets.map((target) => app.visit(`/api/${target}`, { headers })));
  return answers.map(({ status }) => status);
}

/** An enhanced refresh that fails, and a second start while it runs, whose id comes from the history. */
async function refreshTwice(app: TestApp, headers: Record<string, string>): Promise<number[]> {
  const started = await app.visit(REFRESH, { method: 'POST', headers });
  const again = await app.visit(REFRESH, { method: 'POST', headers });
  const target = `${REFRESH}/${String(started.body['refresh_id'])}`;
  const running = await app.visit(target, { headers });
  scenario.powerBi.endRefresh(workspace.salesDatasetId, 'Failed', 'ModelRefreshFailed');
  scenario.clock.advance(11_000);
  const ended = await app.visit(target, { headers });
  return [started, again, running, ended].map(({ status }) => status);
}

test('the premise: a wrong member, status, path or query is detected', () => {
  const exchange = {
    method: 'POST',
    url: new URL('https://api.powerbi.com/v1.0/myorg/GenerateToken'),
    requestBody: '{}',
    status: 200,
    answer: JSON.stringify({ token: 'a', tokenId: workspace.id, expiration: '2026-01-01T00:00:00Z' }),
  };
  expect(examine(exchange).faults).toEqual([]);
  for (const wrong of [
    { requestBody: '{"report":[]}' },
    { requestBody: '{"reports":[{"allowEdit":"yes"}]}' },
    { answer: '{"token":"a"}' },
    { status: 201 },
    { url: new URL('https://api.powerbi.com/v1.0/myorg/GenerateTokens') },
    { url: new URL('https://api.powerbi.com/v1.0/myorg/GenerateToken?$top=1') },
  ]) {
    expect(examine({ ...exchange, ...wrong }).faults).not.toEqual([]);
  }
});
