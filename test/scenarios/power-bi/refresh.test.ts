import type { GrantInput } from '../../../src/config/profiles/grants-schema.ts';
import { profilesFile } from '../../support/profiles-file.ts';
import { seed, startScenario, type TestApp } from '../../support/scenario.ts';

const { workspace } = seed;
const PATH = `/api/refresh/${workspace.id}/${workspace.salesDatasetId}`;

const ANY_ID = 'd7453692-29f7-48aa-86c4-bd3cff06b729';
const PUBLIC_URL = 'https://tokens.contoso.example/api';

const scenario = startScenario();
beforeEach(() => {
  scenario.powerBi.reset();
});
afterEach(() => {
  scenario.powerBi.endRefresh(workspace.salesDatasetId, 'Completed');
});

const start = (members: Partial<GrantInput> = {}): TestApp =>
  scenario.startApp({
    files: profilesFile({
      grants: [
        {
          callers: [{ anyone: true }],
          profiles: ['default'],
          actions: ['refresh'],
          workspaces: [workspace.id],
          ...members,
        },
      ],
    }),
  });
const starts = () => scenario.powerBi.requests.filter(({ method }) => method === 'POST');

test('a refresh is started with the URL of its status, and a flow that polls the URL waits until the refresh has ended', async () => {
  const app = start();

  const started = await app.visit(PATH, { method: 'POST' });
  const id = String(started.body['refresh_id']);
  const running = await app.visit(`${PATH}/${id}`);
  scenario.powerBi.endRefresh(workspace.salesDatasetId, 'Completed');
  scenario.clock.advance(10_000);
  const ended = await app.visit(`${PATH}/${id}`);

  expect([started.status, started.body]).toEqual([202, { refresh_id: expect.any(String), status: 'InProgress' }]);
  expect([started.headers.get('location'), started.headers.get('retry-after')]).toEqual([
    `http://localhost:7071${PATH}/${id}`,
    '30',
  ]);
  expect([running.status, running.body]).toEqual([202, { refresh_id: id, status: 'InProgress' }]);
  expect([ended.status, ended.body]).toEqual([
    200,
    { refresh_id: id, status: 'Completed', started_at: expect.any(String), ended_at: expect.any(String) },
  ]);
  expect(starts().map(({ body }): unknown => JSON.parse(body))).toEqual([{ type: 'Full' }]);
  expect(app.log.map(({ event, refresh_status: status, grant }) => [event, status, grant])).toEqual([
    ['refresh.issued', 'InProgress', 'grants.0'],
    ['refresh.issued', 'InProgress', 'grants.0'],
    ['refresh.issued', 'Completed', 'grants.0'],
  ]);
});

test('a second start returns the running refresh', async () => {
  const app = start();

  const [first, second] = [await app.visit(PATH, { method: 'POST' }), await app.visit(PATH, { method: 'POST' })];

  expect([second.status, second.body['refresh_id']]).toEqual([202, first.body['refresh_id']]);
});

test('on shared capacity a plain refresh is started, and its id and status come from the history', async () => {
  const shared = scenario.powerBi.addWorkspace({
    members: [seed.app.objectId],
    datasets: [{ name: 'Small' }],
    isOnDedicatedCapacity: false,
  });
  const datasetId = String(shared.datasets[0]?.id);
  const app = start({ workspaces: [shared.id] });
  const path = `/api/refresh/${shared.id}/${datasetId}`;

  const started = await app.visit(path, { method: 'POST' });
  scenario.powerBi.endRefresh(datasetId, 'Failed', 'ModelRefreshFailed_CredentialsNotSpecified');
  const ended = await app.visit(`${path}/${String(started.body['refresh_id'])}`);

  expect([started.status, starts().map(({ body }): unknown => JSON.parse(body))]).toEqual([
    202,
    [{ type: 'Full' }, { notifyOption: 'NoNotification' }],
  ]);
  expect([ended.status, ended.body]).toEqual([
    200,
    {
      refresh_id: started.body['refresh_id'],
      status: 'Failed',
      started_at: expect.any(String),
      ended_at: expect.any(String),
      error_code: 'ModelRefreshFailed_CredentialsNotSpecified',
      hint: expect.stringContaining('Data source credentials'),
    },
  ]);
});

test('a start with a lost answer is not sent again', async () => {
  const app = start();
  scenario.powerBi.failWith({ kind: 'cut-off-midway' }, { match: ({ method }) => method === 'POST' });

  const { status, body } = await app.visit(PATH, { method: 'POST' });

  expect([status, body['code'], body['hint']]).toEqual([
    503,
    'upstream_unavailable',
    expect.stringContaining('may have started'),
  ]);
  expect(starts()).toHaveLength(1);
});

test('status reads are shared for ten seconds', async () => {
  const app = start();
  const { body } = await app.visit(PATH, { method: 'POST' });
  scenario.powerBi.reset();

  await Promise.all(Array.from({ length: 20 }, () => app.visit(`${PATH}/${String(body['refresh_id'])}`)));

  expect(scenario.powerBi.requests).toHaveLength(1);
});

test.each([
  ['another workspace', `/api/refresh/00000000-0000-4000-8000-000000000001/${workspace.salesDatasetId}`],
  ['a dataset that the workspace does not have', `/api/refresh/${workspace.id}/00000000-0000-4000-8000-000000000001`],
  ['a dataset that the grant does not name', `/api/refresh/${workspace.id}/${workspace.payrollDatasetId}`],
])('%s is forbidden, and nothing is started', async (_what, path) => {
  const app = start(path.includes(workspace.payrollDatasetId) ? { datasets: [workspace.salesDatasetId] } : {});

  const { status, body } = await app.visit(path, { method: 'POST' });

  expect([status, body['code']]).toEqual([403, 'forbidden']);
  expect(starts()).toEqual([]);
});

test.each([
  ['Completed', undefined, undefined],
  ['Cancelled', undefined, 'The refresh was cancelled. Start it again if you still need it.'],
  [
    'TimedOut',
    undefined,
    'The refresh took longer than Power BI allows. Load less data at once, for example with incremental refresh.',
  ],
  ['Disabled', undefined, 'A selective refresh disabled this one.'],
  ['Failed', undefined, 'See the complete message in Power BI > the semantic model > Refresh history.'],
  ['Failed', 'SomethingNew', 'See the complete message in Power BI > the semantic model > Refresh history.'],
  [
    'Failed',
    'ModelRefreshDisabled_CredentialNotSpecified',
    'As the owner of the model, enter the credentials: Power BI > the semantic model > Settings > Data source credentials.',
  ],
] as const)('a refresh that ended as %s (%s) says what to do', async (status, errorCode, hint) => {
  const app = start();
  const { body: started } = await app.visit(PATH, { method: 'POST' });
  scenario.powerBi.endRefresh(workspace.salesDatasetId, status, errorCode);

  const ended = await app.visit(`${PATH}/${String(started['refresh_id'])}`);

  expect([ended.status, ended.body]).toEqual([
    200,
    {
      refresh_id: started['refresh_id'],
      status,
      started_at: expect.any(String),
      ended_at: expect.any(String),
      ...(errorCode === undefined ? {} : { error_code: errorCode }),
      ...(hint === undefined ? {} : { hint }),
    },
  ]);
  expect(app.log.at(-1)).toMatchObject({ event: 'refresh.issued', refresh_status: status });
});

test('the URL of the status is the public one, and names the profile', async () => {
  const app = scenario.startApp({
    settings: { PUBLIC_URL },
    files: profilesFile({
      profiles: { nightly: { grant: 'managed_identity', clientId: seed.userAssignedIdentity.clientId } },
      grants: [
        { callers: [{ anyone: true }], profiles: ['nightly'], actions: ['refresh'], workspaces: [workspace.id] },
      ],
    }),
  });

  const { status, body, headers } = await app.visit(`${PATH}?profile=nightly`, { method: 'POST' });

  expect([status, headers.get('location')]).toEqual([
    202,
    `${PUBLIC_URL}/refresh/${workspace.id}/${workspace.salesDatasetId}/${String(body['refresh_id'])}?profile=nightly`,
  ]);
});

describe('a start', () => {
  const toStart = { match: ({ method }: { method: string }) => method === 'POST' };

  test('whose id is only in the Location of the answer is returned with that id', async () => {
    const location = `https://api.powerbi.com/v1.0/myorg/datasets/x/refreshes/${ANY_ID.toUpperCase()}`;
    scenario.powerBi.failWith({ kind: 'status', status: 202, headers: { location } }, toStart);

    const { status, body } = await start().visit(PATH, { method: 'POST' });

    expect([status, body['refresh_id'], starts().length]).toEqual([202, ANY_ID, 1]);
  });

  test('that Power BI accepts and does not list yet is not sent again', async () => {
    scenario.powerBi.failWith({ kind: 'status', status: 202 }, toStart);

    const { status, body } = await start().visit(PATH, { method: 'POST' });

    expect([status, body['detail'], body['hint'], starts().length]).toEqual([
      503,
      'Power BI has started the refresh, but does not list it yet.',
      expect.stringContaining('no second one starts'),
      1,
    ]);
  });

  test('that Power BI refuses in both forms is refused with its code', async () => {
    const body = { error: { code: 'DatasetNotRefreshable' } };
    scenario.powerBi.failWith({ kind: 'status', status: 400, body }, toStart);

    const answer = await start().visit(PATH, { method: 'POST' });

    expect([answer.status, answer.body['code'], answer.body['upstream'], starts().length]).toEqual([
      502,
      'powerbi_rejected',
      expect.objectContaining({ status: 400, code: 'DatasetNotRefreshable' }),
      2,
    ]);
  });

  test('that Power BI throttles has not started, and the answer says when to ask again', async () => {
    scenario.powerBi.failWith({ kind: 'throttled', retryAfterSeconds: 60 }, toStart);

    const { status, headers, body } = await start().visit(PATH, { method: 'POST' });

    expect([status, headers.get('retry-after'), starts().length]).toEqual([503, '60', 1]);
    expect(body['hint']).not.toContain('may have started');
  });

  test('whose history does not parse is not sent again', async () => {
    scenario.powerBi.failWith({ kind: 'status', status: 202 }, toStart);
    scenario.powerBi.failWith(
      { kind: 'status', status: 200, body: { value: 'none' } },
      { match: ({ method, path }) => method === 'GET' && path.endsWith('/refreshes') },
    );

    const { status, body } = await start().visit(PATH, { method: 'POST' });

    expect([status, body['detail'], body['hint'], starts().length]).toEqual([
      503,
      'Power BI returned a refresh history that cannot be read.',
      expect.stringContaining('may have started'),
      1,
    ]);
  });
});

test('a refresh that Power BI does not know is refused with the code of Power BI', async () => {
  const { status, body } = await start().visit(`${PATH}/${ANY_ID}`);

  expect([status, body['code'], body['upstream']]).toEqual([
    502,
    'powerbi_rejected',
    expect.objectContaining({ status: 404 }),
  ]);
});

test.each([
  [
    'that do not parse',
    { kind: 'status', status: 200, body: { status: 7 } },
    503,
    'Power BI returned a refresh status that cannot be read.',
  ],
  [
    'that Power BI refuses',
    { kind: 'status', status: 403, body: { error: { code: 'Refused' } } },
    502,
    'Power BI rejected the request (Refused).',
  ],
] as const)('details %s are an error, and the history is not asked', async (_what, fault, expected, detail) => {
  scenario.powerBi.failWith(fault, { match: ({ path }) => path.endsWith(ANY_ID) });

  const { status, body } = await start().visit(`${PATH}/${ANY_ID}`);

  expect([status, body['detail']]).toEqual([expected, detail]);
  expect(scenario.powerBi.requests.filter(({ path }) => path.endsWith('/refreshes'))).toEqual([]);
});
