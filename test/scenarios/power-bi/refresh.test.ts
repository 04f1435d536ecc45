import type { GrantInput } from '../../../src/config/profiles/grants-schema.ts';
import { profilesFile } from '../../support/profiles-file.ts';
import { seed, startScenario, type TestApp } from '../../support/scenario.ts';

const { workspace } = seed;
const PATH = `/api/refresh/${workspace.id}/${workspace.salesDatasetId}`;

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

test('a refresh is started, says where to ask, and a flow that asks there waits until it has ended', async () => {
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

test('a second start finds the one that is running', async () => {
  const app = start();

  const [first, second] = [await app.visit(PATH, { method: 'POST' }), await app.visit(PATH, { method: 'POST' })];

  expect([second.status, second.body['refresh_id']]).toEqual([202, first.body['refresh_id']]);
});

test('on shared capacity a plain refresh is started, whose id and state come from the history', async () => {
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

test('a start whose answer is lost is not sent again', async () => {
  const app = start();
  scenario.powerBi.failWith({ kind: 'cut-off-midway' }, { match: ({ method }) => method === 'POST' });

  const { status, body } = await app.visit(PATH, { method: 'POST' });

  expect([status, body['code'], body['hint']]).toEqual([
    503,
    'upstream_unavailable',
    expect.stringContaining('may have started all the same'),
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
