import type { WorkspaceOptions } from '../../../local/emulators/power-bi/workspace.ts';
import { ADA, bearer } from '../../support/entra-callers.ts';
import { embedGrant, generated, postEmbedToken, startEmbedApp } from '../../support/embed.ts';
import { seed, startScenario, type TestAnswer, type TestApp } from '../../support/scenario.ts';

const { app: registration, users } = seed;
const SALES = { id: 'c6342581-18e6-47ff-95b3-ac2beef5a618', report: 'd7453692-29f7-48aa-86c4-bd3cff06b729' };
const STOCK = { id: 'e85647a3-3a08-49bb-97d5-ce4d0017c83a', report: 'f96758b4-4b19-4acc-88e6-df5e1128d94b' };
const NEW_REPORT = '0a7869c5-5c2a-4bdd-99f7-e06f2239ea5c';
const SALES_DATA = '1b897ad6-6d3b-4cee-8a08-f170334afb6d';
const STOCK_DATA = '2c9a8be7-7e4c-4dff-9b19-0281445b0c7e';
const MINUTE_MS = 60_000;

const scenario = startScenario();
beforeEach(() => {
  scenario.powerBi.reset();
  addWorkspace({
    id: SALES.id,
    reports: [report(SALES.report, SALES_DATA)],
    datasets: [{ id: SALES_DATA, name: 'S' }],
  });
  addWorkspace({
    id: STOCK.id,
    reports: [report(STOCK.report, STOCK_DATA)],
    datasets: [{ id: STOCK_DATA, name: 'T' }],
  });
});

const addWorkspace = (options: Partial<WorkspaceOptions>) =>
  scenario.powerBi.addWorkspace({ members: [registration.objectId], ...options });

function report(id: string, datasetId: string, datasetWorkspaceId?: string) {
  return { id, name: 'A report', datasetId, datasetWorkspaceId };
}

const start = (members: Parameters<typeof embedGrant>[0] = {}): TestApp =>
  startEmbedApp(scenario, [embedGrant({ workspaces: [SALES.id, STOCK.id], ...members })]);

async function embed(app: TestApp, reportId: string = SALES.report): Promise<TestAnswer> {
  return app.visit(`/api/embed/${SALES.id}/${reportId}`, { headers: await bearer(scenario, ADA) });
}

async function embedAll(app: TestApp, ...reportIds: readonly string[]): Promise<TestAnswer> {
  return postEmbedToken(app, await bearer(scenario, ADA), { reports: reportIds.map((id) => ({ id })) });
}

const summaryOf = ({ status, body }: TestAnswer) => [status, body['code'], body['detail']];
const listsOf = (id: string) => ({ match: ({ path }: { path: string }) => path.includes(`/groups/${id}/reports`) });

test('a new report is found as soon as its workspace may be listed again', async () => {
  const app = start();
  await embed(app);
  addWorkspace({
    id: SALES.id,
    reports: [report(SALES.report, SALES_DATA), report(NEW_REPORT, SALES_DATA)],
    datasets: [{ id: SALES_DATA, name: 'S' }],
  });

  const tooEarly = await embed(app, NEW_REPORT);
  scenario.clock.advance(30_000);
  const found = await embed(app, NEW_REPORT);

  expect([tooEarly.status, found.status]).toEqual([403, 200]);
  expect(app.log.map(({ reason }) => reason)).toEqual([
    undefined,
    'a report is not in a workspace that the grant names',
    undefined,
  ]);
});

test('during an outage of Power BI its last lists are used for an hour', async () => {
  const app = start();
  await embed(app);
  scenario.powerBi.failWith({ kind: 'status', status: 503 }, { match: ({ method }) => method === 'GET' });

  scenario.clock.advance(59 * MINUTE_MS);
  const inOutage = await embed(app);
  scenario.clock.advance(2 * MINUTE_MS);
  const later = await embed(app);

  expect([inOutage.status, summaryOf(later)]).toEqual([
    200,
    [503, 'upstream_unavailable', 'Power BI is not available (HTTP 503).'],
  ]);
});

test('after a refusal, unlike an outage, the last lists are not used', async () => {
  const app = start();
  await embed(app);
  scenario.powerBi.removeMember(SALES.id, registration.objectId);

  scenario.clock.advance(5 * MINUTE_MS);

  expect(summaryOf(await embed(app))).toEqual([
    502,
    'powerbi_rejected',
    'Power BI rejected the request (PowerBINotAuthorizedException).',
  ]);
});

test.each<[string, unknown]>([
  ['an object without a list', { value: { id: SALES.report } }],
  ['a list', [{ id: SALES.report }]],
])('%s is not a list of reports', async (_what, body) => {
  scenario.powerBi.failWith({ kind: 'status', status: 200, body }, listsOf(SALES.id));

  expect(summaryOf(await embed(start()))).toEqual([
    503,
    'upstream_unavailable',
    'Power BI returned a list that cannot be read.',
  ]);
});

test('an entry that does not parse is skipped', async () => {
  const value = [
    null,
    { id: 7 },
    { id: STOCK.report, datasetId: 'none' },
    { id: SALES.report.toUpperCase(), embedUrl: 'https://example/', datasetId: SALES_DATA },
  ];
  scenario.powerBi.failWith({ kind: 'status', status: 200, body: { value } }, listsOf(SALES.id));

  const { status, body } = await embed(start());

  expect([status, body['name'], body['embed']]).toEqual([
    200,
    '',
    expect.objectContaining({ id: SALES.report, embedUrl: 'https://example/' }),
  ]);
  expect(generated(scenario)).toMatchObject([
    { body: { datasets: [{ id: SALES_DATA }], reports: [{ id: SALES.report }] } },
  ]);
});

describe('reports of several workspaces', () => {
  test('are found in their workspaces, for one token', async () => {
    const { status } = await embedAll(start(), SALES.report, STOCK.report);

    expect([status, generated(scenario)]).toEqual([
      200,
      [
        {
          path: '/GenerateToken',
          body: {
            datasets: [{ id: SALES_DATA }, { id: STOCK_DATA }],
            reports: [{ id: SALES.report }, { id: STOCK.report }],
          },
        },
      ],
    ]);
  });

  test('cause requests only for the lists that contain them', async () => {
    scenario.powerBi.removeMember(STOCK.id, registration.objectId);
    const app = start();

    const [found, missing] = [await embedAll(app, SALES.report), await embedAll(app, SALES.report, STOCK.report)];

    expect([found.status, missing.status, missing.body['code']]).toEqual([200, 502, 'powerbi_rejected']);
  });

  test('have at most 50 datasets together', async () => {
    const datasets = Array.from({ length: 50 }, (_, n) => ({ id: users.ada.oid.replace(/..$/, String(10 + n)) }));

    const answer = await postEmbedToken(start(), await bearer(scenario, ADA), {
      reports: [{ id: SALES.report }],
      datasets,
    });

    expect(summaryOf(answer)).toEqual([400, 'invalid_request', 'The reports have more than 50 datasets together.']);
    expect(generated(scenario)).toEqual([]);
  });
});

describe('a report whose dataset is in another workspace', () => {
  beforeEach(() => {
    addWorkspace({ id: SALES.id, reports: [report(SALES.report, STOCK_DATA, STOCK.id)] });
  });

  test.each<[string, Parameters<typeof embedGrant>[0], number]>([
    ['is embedded if the grant names the dataset', { workspaces: [SALES.id], datasets: [STOCK_DATA] }, 200],
    ['is forbidden if the grant names no dataset', { workspaces: [SALES.id] }, 403],
    ['is forbidden if the grant names another dataset', { workspaces: [SALES.id], datasets: [SALES_DATA] }, 403],
  ])('%s', async (_what, grant, expected) => {
    expect((await embed(start(grant))).status).toBe(expected);
  });
});

test.each<[string, object, string]>([
  [
    'without a token',
    { tokenId: SALES.id, expiration: '2999-01-01T00:00:00Z' },
    'returned an embed token that cannot be read',
  ],
  [
    'with an expiry that is not a time',
    { token: 'a', tokenId: SALES.id, expiration: 'soon' },
    'returned an embed token that cannot be read',
  ],
  [
    'with an expiry in the past',
    { token: 'a', tokenId: SALES.id, expiration: '2001-01-01T00:00:00Z' },
    'returned an embed token that had already expired',
  ],
])('an answer of GenerateToken %s is not returned to a caller', async (_what, body, detail) => {
  scenario.powerBi.failWith({ kind: 'status', status: 200, body }, { match: ({ method }) => method === 'POST' });

  expect(summaryOf(await embed(start()))).toEqual([503, 'upstream_unavailable', `Power BI ${detail}.`]);
});

test('a browser that asks when its embed token is due waits for a new one', async () => {
  const app = start();
  const first = await embed(app);
  // The answer rounds down to whole seconds.
  scenario.clock.advance((Number(first.body['refresh_in']) + 1) * 1000);

  const second = await embed(app);

  expect([second.status, second.body['token_id'] === first.body['token_id']]).toEqual([200, false]);
});
