import { seed } from '../../../local/emulators/emulators.ts';
import type { Emulators } from '../../../local/emulators/emulators.ts';
import type { ReportData } from '../../../local/emulators/power-bi-embed/report-data.ts';
import { app, postToken, powerBiScope } from './azure-clients.ts';
import { startTrustedEmulators } from './trust-emulators.ts';

const { workspace, users } = seed;
let nowMs = Date.parse('2026-11-22T10:00:00Z');
let emulators: Emulators;
let appToken: string;

beforeAll(async () => {
  emulators = await startTrustedEmulators({ nowMs: () => nowMs });
  const answer = await postToken(emulators, { grant_type: 'client_credentials', ...app, scope: powerBiScope });
  appToken = String(answer.body['access_token']);
});
afterAll(() => emulators.close());

const payroll = { datasets: [{ id: workspace.payrollDatasetId }], reports: [{ id: workspace.payrollReportId }] };

/** An embed token for the payroll report, with this person as its identity. */
async function payrollToken(username: string): Promise<string> {
  const identity = { username, roles: ['Employee'], datasets: [workspace.payrollDatasetId] };
  const response = await fetch(`${emulators.powerBi.url}/v1.0/myorg/GenerateToken`, {
    method: 'POST',
    headers: { authorization: `Bearer ${appToken}` },
    body: JSON.stringify({ ...payroll, identities: [identity], lifetimeInMinutes: 10 }),
  });
  return ((await response.json()) as { token: string }).token;
}

function askForData(id: string, token: string): Promise<Response> {
  const headers = { authorization: `EmbedToken ${token}` };
  return fetch(`${emulators.powerBi.url}/embed-page/data?id=${id}`, { headers });
}

test.each([
  ['/reportEmbed?reportId=r', 'text/html; charset=utf-8', '<title>Stand-in Power BI</title>'],
  ['/rdlEmbed?reportId=r', 'text/html; charset=utf-8', '<title>Stand-in Power BI</title>'],
  ['/dashboardEmbed?dashboardId=d', 'text/html; charset=utf-8', '<title>Stand-in Power BI</title>'],
  ['/embed?dashboardId=d&tileId=t', 'text/html; charset=utf-8', '<title>Stand-in Power BI</title>'],
  ['/embed-page.js', 'text/javascript; charset=utf-8', 'WindowPostMessageProxy'],
  ['/embed-page.css', 'text/css; charset=utf-8', ':root'],
])('%s is served to any browser', async (path, contentType, part) => {
  const response = await fetch(`${emulators.powerBi.url}${path}`);
  expect([response.status, response.headers.get('content-type')]).toEqual([200, contentType]);
  expect(await response.text()).toContain(part);
});

test('two people see their own rows, the same every time', async () => {
  const rowsOf = async (username: string): Promise<ReportData> => {
    const response = await askForData(workspace.payrollReportId, await payrollToken(username));
    return (await response.json()) as ReportData;
  };
  const [ada, grace, adaAgain] = [
    await rowsOf(users.ada.oid),
    await rowsOf(users.grace.oid),
    await rowsOf(users.ada.oid),
  ];
  expect(ada).toMatchObject({ title: 'Payroll', reader: { username: users.ada.oid, roles: ['Employee'] } });
  expect(ada.months).not.toEqual(grace.months);
  expect(adaAgain).toEqual(ada);
});

test.each([
  ['dashboard', `dashboards/${workspace.dashboardId}`, workspace.dashboardId],
  ['tile', `dashboards/${workspace.dashboardId}/tiles/${workspace.salesTileId}`, workspace.salesTileId],
])('a token of version 1 shows its %s', async (_, path, id) => {
  const url = `${emulators.powerBi.url}/v1.0/myorg/groups/${workspace.id}/${path}/GenerateToken`;
  const response = await fetch(url, {
    method: 'POST',
    headers: { authorization: `Bearer ${appToken}` },
    body: JSON.stringify({ accessLevel: 'View' }),
  });
  const { token } = (await response.json()) as { token: string };
  expect((await askForData(id, token)).status).toBe(200);
});

test.each([
  ['another report', workspace.salesReportId, () => payrollToken('ada'), 'PowerBINotAuthorizedException'],
  [
    'a token that the stand-in did not make',
    workspace.payrollReportId,
    () => 'made-up',
    'PowerBINotAuthorizedException',
  ],
  ['an expired token', workspace.payrollReportId, endedToken, 'TokenExpired'],
])('with %s there is no data', async (_, id, makeToken, code) => {
  const response = await askForData(id, await makeToken());
  expect([response.status, await response.json()]).toEqual([403, { error: { code } }]);
});

async function endedToken(): Promise<string> {
  const token = await payrollToken('ada');
  nowMs += 10 * 60_000;
  return token;
}

test('embed addresses begin with the origin that browsers use', async () => {
  const readAddress = async (): Promise<unknown> => {
    const url = `${emulators.powerBi.url}/v1.0/myorg/groups/${workspace.id}/reports/${workspace.salesReportId}`;
    const response = await fetch(url, { headers: { authorization: `Bearer ${appToken}` } });
    return ((await response.json()) as { embedUrl: unknown }).embedUrl;
  };
  const path = `/reportEmbed?reportId=${workspace.salesReportId}&groupId=${workspace.id}`;
  expect(await readAddress()).toBe(`${emulators.powerBi.url}${path}`);
  emulators.powerBi.embedOrigin = 'https://app.powerbi.com';
  expect(await readAddress()).toBe(`https://app.powerbi.com${path}`);
});
