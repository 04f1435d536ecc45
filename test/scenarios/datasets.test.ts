import { createBrowser } from '../support/browser.ts';
import { startPeopleApp } from '../support/people.ts';
import { seed, startScenario, type TestAnswer } from '../support/scenario.ts';

const { workspace } = seed;
const GRANTS = [{ callers: [{ anyone: true }], profiles: ['default'], actions: ['datasets'] }];

const scenario = startScenario();
beforeEach(() => {
  scenario.powerBi.reset();
});

function namesOf({ body }: TestAnswer): unknown {
  return (body['value'] as { name: string }[] | undefined)?.map(({ name }) => name);
}

test("a service principal's datasets of a workspace are returned as Power BI lists them", async () => {
  const app = startPeopleApp(scenario, { grants: GRANTS });
  const answer = await app.visit(`/api/datasets?workspace=${workspace.id}`);
  expect({ status: answer.status, headers: Object.fromEntries(answer.headers), body: answer.body }).toEqual({
    status: 200,
    headers: {
      'content-type': 'application/json',
      'cache-control': 'no-store',
      pragma: 'no-cache',
      'x-content-type-options': 'nosniff',
    },
    body: {
      '@odata.context': `${scenario.powerBi.url}/v1.0/myorg/$metadata#datasets`,
      value: [
        expect.objectContaining({ id: workspace.salesDatasetId, name: 'Sales' }),
        expect.objectContaining({ id: workspace.payrollDatasetId, name: 'Payroll' }),
      ],
    },
  });
  expect(app.log).toEqual([expect.objectContaining({ event: 'datasets.issued', profile: 'default', caller: 'key' })]);
});

test('the profile may be named in the path', async () => {
  const app = startPeopleApp(scenario, { grants: GRANTS });
  expect(namesOf(await app.visit(`/api/datasets/default?workspace=${workspace.id}`))).toEqual(['Sales', 'Payroll']);
});

test('a service principal has no My workspace: Power BI refuses, and the hint says what to do', async () => {
  const { status, body } = await startPeopleApp(scenario, { grants: GRANTS }).visit('/api/datasets');
  expect({ status, body }).toEqual({
    status: 502,
    body: {
      type: 'urn:powerbi-token-function:error:powerbi_rejected',
      title: 'Power BI rejected the request',
      status: 502,
      detail: 'Power BI rejected the request (HTTP 403).',
      code: 'powerbi_rejected',
      hint: expect.stringMatching(/API is not accessible for application.*name a workspace with \?workspace=ID/),
      upstream: { service: 'power-bi', status: 403, correlation_id: expect.any(String) },
      request_id: expect.any(String),
    },
  });
});

test('a workspace of which the profile is not a member is refused, and the hint says where to add it', async () => {
  const app = startPeopleApp(scenario, { grants: GRANTS });
  const { status, body } = await app.visit('/api/datasets?workspace=00000000-0000-4000-8000-000000000000');
  expect([status, body['code'], body['detail'], body['hint']]).toEqual([
    502,
    'powerbi_rejected',
    'Power BI rejected the request (PowerBINotAuthorizedException).',
    expect.stringContaining('Then give the service principal a role in the workspace'),
  ]);
});

test.each([
  '',
  'me',
  `${workspace.id}/datasets`,
  `${workspace.id}%2F..%2F..%2Fadmin`,
  '../admin/groups',
  `${workspace.id}%00`,
  `%20${workspace.id}`,
  `${workspace.id}&workspace=${workspace.id}`,
  '3dab9c188f5d4eb6acea1f3e5b6c7d89',
])('%j is not a workspace id, and Power BI is not asked', async (id) => {
  const { status, body } = await startPeopleApp(scenario, { grants: GRANTS }).visit(`/api/datasets?workspace=${id}`);
  expect([status, body['code']]).toEqual([400, 'invalid_request']);
  expect(scenario.powerBi.requests).toEqual([]);
});

test('without a grant of datasets nothing is listed', async () => {
  const onToken = [{ callers: [{ anyone: true }], profiles: ['default'], actions: ['token'] }];
  for (const grants of [undefined, [], onToken]) {
    const app = startPeopleApp(scenario, grants === undefined ? {} : { grants });
    const { status, body } = await app.visit(`/api/datasets?workspace=${workspace.id}`);
    expect([status, body['code']]).toEqual([403, 'forbidden']);
  }
  expect(scenario.powerBi.requests).toEqual([]);
});

test('an unknown profile is reported before a missing grant', async () => {
  const { status, body } = await startPeopleApp(scenario).visit('/api/datasets/nobody');
  expect([status, body['code'], body['error']]).toEqual([404, 'unknown_profile', undefined]);
});

test("a signed-in person gets the datasets of their own My workspace, and a workspace's", async () => {
  const app = startPeopleApp(scenario);
  const browser = createBrowser(scenario.clock);
  await browser.signIn(app);
  const script = { 'x-requested-with': 'fetch' };
  expect(namesOf(await browser.visit(app, '/api/datasets/people', script))).toEqual(["Ada's own figures"]);
  const ofWorkspace = await browser.visit(app, `/api/datasets/people?workspace=${workspace.id}`, script);
  expect(namesOf(ofWorkspace)).toEqual(['Sales', 'Payroll']);
  expect(app.log.slice(1)).toEqual(
    ['minted', 'hit'].map((cache): unknown =>
      expect.objectContaining({
        event: 'datasets.issued',
        profile: 'people',
        caller: `${seed.tenantId}/${seed.users.ada.oid}`,
        cache,
      }),
    ),
  );
});

test('another person, who is in no workspace, gets none of these datasets', async () => {
  const app = startPeopleApp(scenario);
  const browser = createBrowser(scenario.clock);
  await browser.signIn(app, { person: seed.users.grace });
  const script = { 'x-requested-with': 'fetch' };
  expect(namesOf(await browser.visit(app, '/api/datasets/people', script))).toEqual([]);
  const refused = await browser.visit(app, `/api/datasets/people?workspace=${workspace.id}`, script);
  expect([refused.status, refused.body['code']]).toEqual([502, 'powerbi_rejected']);
});

test('a person needs the session and the header, and no grant replaces either', async () => {
  const grants = [{ callers: [{ anyone: true }], profiles: ['people'], actions: ['datasets'] }];
  const app = startPeopleApp(scenario, { grants });
  const browser = createBrowser(scenario.clock);
  const nobody = await browser.visit(app, '/api/datasets/people', { 'x-requested-with': 'fetch' });
  await browser.signIn(app);
  const fromAnotherPage = await browser.visit(app, '/api/datasets/people');
  expect([nobody, fromAnotherPage].map(({ status, body }) => [status, body['code']])).toEqual([
    [401, 'unauthorized'],
    [401, 'unauthorized'],
  ]);
  expect(scenario.powerBi.requests).toEqual([]);
});

test('a new refresh token from a request for datasets reaches the cookie', async () => {
  scenario.entra.singleUseRefreshTokens = true;
  const browser = createBrowser(scenario.clock);
  await browser.signIn(startPeopleApp(scenario));
  const script = { 'x-requested-with': 'fetch' };
  const first = await browser.visit(startPeopleApp(scenario), '/api/datasets/people', script);
  const second = await browser.visit(startPeopleApp(scenario), '/api/datasets/people', script);
  scenario.entra.singleUseRefreshTokens = false;
  expect([first.status, second.status]).toEqual([200, 200]);
});
