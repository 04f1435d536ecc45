import { createHash } from 'node:crypto';
import { ADA, bearer, GRACE } from '../../support/entra-callers.ts';
import { embedGrant, generated, postEmbedToken, startEmbedApp } from '../../support/embed.ts';
import { seed, startScenario } from '../../support/scenario.ts';

const { workspace, users } = seed;
const OID = { username: { claim: 'oid' }, roles: ['Employee'] };

const scenario = startScenario();
beforeEach(() => {
  scenario.powerBi.reset();
});

const REPORT = `/api/embed/${workspace.id}/${workspace.salesReportId}`;
const PAYROLL = `/api/embed/${workspace.id}/${workspace.payrollReportId}`;

test('the answer can be passed to powerbi.embed() unchanged, and does not contain the token of the service principal', async () => {
  const app = startEmbedApp(scenario, [embedGrant()]);

  const { status, headers, body, text } = await app.visit(REPORT, { headers: await bearer(scenario, ADA) });

  expect({ status, body }).toEqual({
    status: 200,
    body: {
      embed: {
        type: 'report',
        id: workspace.salesReportId,
        embedUrl: `${scenario.powerBi.url}/reportEmbed?reportId=${workspace.salesReportId}&groupId=${workspace.id}`,
        accessToken: expect.any(String),
        tokenType: 1,
        permissions: 0,
        viewMode: 0,
      },
      name: 'Sales',
      token_id: expect.any(String),
      expires_in: expect.any(Number),
      expires_on: expect.any(Number),
      expires_at: expect.any(String),
      refresh_in: expect.any(Number),
      profile: 'default',
    },
  });
  expect(headers.get('cache-control')).toBe('no-store');
  expect(text).not.toContain('eyJ');
  expect(generated(scenario)).toEqual([
    {
      path: '/GenerateToken',
      body: { datasets: [{ id: workspace.salesDatasetId }], reports: [{ id: workspace.salesReportId }] },
    },
  ]);
  expect(app.log).toEqual([
    expect.objectContaining({
      event: 'embed.issued',
      profile: 'default',
      grant: 'embed',
      workspace: workspace.id,
      items: `${workspace.salesReportId} ${workspace.salesDatasetId}`,
      access: 'View',
      token_id: body['token_id'],
      cache: 'minted',
    }),
  ]);
});

test('two people see their own rows: the identity comes from their verified claims', async () => {
  const app = startEmbedApp(scenario, [embedGrant({ identity: OID })]);

  const answers = [];
  for (const person of [ADA, { ...GRACE, roles: ['Token.Get'] }, ADA]) {
    answers.push(await app.visit(PAYROLL, { headers: await bearer(scenario, person) }));
  }

  const contents = answers.map(({ body }) =>
    scenario.powerBi.readEmbedToken((body['embed'] as { accessToken: string }).accessToken),
  );
  expect(
    contents.map(({ request }) =>
      request.identities.map(({ username, roles, datasets }) => ({ username, roles, datasets })),
    ),
  ).toEqual(
    [users.ada, users.grace, users.ada].map(({ oid }) => [
      { username: oid, roles: ['Employee'], datasets: [workspace.payrollDatasetId] },
    ]),
  );
  expect(generated(scenario)).toHaveLength(2);
  expect(app.log.at(-1)).toMatchObject({
    cache: 'hit',
    identity: createHash('sha256').update(users.ada.oid).digest('hex').slice(0, 16),
    roles: 'Employee',
  });
});

test('a dataset that requires an identity is forbidden if the grant has none, before GenerateToken', async () => {
  const app = startEmbedApp(scenario, [embedGrant()]);

  const { status, body } = await app.visit(PAYROLL, { headers: await bearer(scenario, ADA) });

  expect([status, body['code']]).toEqual([403, 'forbidden']);
  expect(app.log.at(-1)).toMatchObject({
    event: 'embed.refused',
    reason: 'grant "embed": it has no identity, and a dataset requires one (row-level security)',
  });
  expect(generated(scenario)).toEqual([]);
});

test('a paginated report needs its models, has no view mode, and cannot be edited', async () => {
  const app = startEmbedApp(scenario, [embedGrant({ accessLevel: 'Edit' })]);
  const headers = await bearer(scenario, ADA);
  const target = `/api/embed/${workspace.id}/${workspace.invoiceReportId}`;

  const { status, body } = await app.visit(target, { headers });
  const edited = await app.visit(`${target}?access=Edit`, { headers });

  expect([status, body['name']]).toEqual([200, 'Invoices']);
  expect(Object.keys(body['embed'] as object)).toEqual(['type', 'id', 'embedUrl', 'accessToken', 'tokenType']);
  expect(generated(scenario)).toEqual([
    {
      path: '/GenerateToken',
      body: {
        datasets: [{ id: workspace.salesDatasetId, xmlaPermissions: 'ReadOnly' }],
        reports: [{ id: workspace.invoiceReportId }],
      },
    },
  ]);
  expect([edited.status, edited.body['code'], edited.body['detail']]).toEqual([
    400,
    'invalid_request',
    'A paginated report cannot be edited.',
  ]);
});

test.each([
  [
    'a dashboard',
    `dashboards/${workspace.dashboardId}`,
    { type: 'dashboard', id: workspace.dashboardId },
    'Sales today',
  ],
  [
    'a tile',
    `dashboards/${workspace.dashboardId}/tiles/${workspace.salesTileId}`,
    { type: 'tile', id: workspace.salesTileId, dashboardId: workspace.dashboardId },
    'Sales this week',
  ],
])('%s is embedded with the token for its kind', async (_what, below, config, name) => {
  const app = startEmbedApp(scenario, [embedGrant()]);

  const { status, body } = await app.visit(`/api/embed/${workspace.id}/${below}`, {
    headers: await bearer(scenario, ADA),
  });

  expect([status, body['embed'], body['name']]).toEqual([
    200,
    { ...config, embedUrl: expect.stringContaining(workspace.id), accessToken: expect.any(String), tokenType: 1 },
    name,
  ]);
  expect(generated(scenario)).toEqual([
    { path: `/groups/${workspace.id}/${below}/GenerateToken`, body: { accessLevel: 'View' } },
  ]);
});

test('editing needs a grant with Edit, and the token and the config then allow it', async () => {
  const headers = await bearer(scenario, ADA);
  const ask = (accessLevel: 'View' | 'Edit') =>
    startEmbedApp(scenario, [embedGrant({ accessLevel })]).visit(`${REPORT}?access=Edit`, { headers });

  const [viewer, editor] = [await ask('View'), await ask('Edit')];

  expect([viewer.status, editor.status]).toEqual([403, 200]);
  expect(editor.body['embed']).toMatchObject({ permissions: 1, viewMode: 1 });
  expect(generated(scenario)[0]?.body).toMatchObject({ reports: [{ id: workspace.salesReportId, allowEdit: true }] });
});

test('a thousand callers at once cause one GenerateToken, one list of reports and one of datasets', async () => {
  const app = startEmbedApp(scenario, [embedGrant()]);
  const headers = await bearer(scenario, ADA);

  const answers = await Promise.all(Array.from({ length: 1000 }, () => app.visit(REPORT, { headers })));

  expect(new Set(answers.map(({ status, body }) => `${status} ${String(body['token_id'])}`)).size).toBe(1);
  expect(
    scenario.powerBi.requests.map(({ method, path }) => `${method} ${path.replace('/v1.0/myorg', '')}`).sort(),
  ).toEqual([`GET /groups/${workspace.id}/datasets`, `GET /groups/${workspace.id}/reports`, 'POST /GenerateToken']);
  expect(new Set(app.log.map(({ event }) => event))).toEqual(new Set(['embed.issued']));
  expect(app.log).toHaveLength(1000);
});

test('POST /embed-token accepts the body of GenerateToken and answers with the token and its expiry', async () => {
  const app = startEmbedApp(scenario, [embedGrant({ accessLevel: 'Create', xmla: true })]);

  const { status, body } = await postEmbedToken(app, await bearer(scenario, ADA), {
    reports: [{ id: workspace.salesReportId.toUpperCase(), allowEdit: true }],
    datasets: [{ id: workspace.salesDatasetId, xmlaPermissions: 'ReadOnly' }],
    targetWorkspaces: [{ id: workspace.id }],
    lifetimeInMinutes: 10,
  });

  expect({ status, body }).toEqual({
    status: 200,
    body: {
      token: expect.any(String),
      token_type: 'Embed',
      token_id: expect.any(String),
      expires_in: expect.any(Number),
      expires_on: expect.any(Number),
      expires_at: expect.any(String),
      refresh_in: expect.any(Number),
      profile: 'default',
    },
  });
  expect(body['expires_in']).toBeGreaterThan(590);
  expect(body['expires_in']).toBeLessThanOrEqual(600);
  expect(generated(scenario)).toEqual([
    {
      path: '/GenerateToken',
      body: {
        datasets: [{ id: workspace.salesDatasetId, xmlaPermissions: 'ReadOnly' }],
        reports: [{ id: workspace.salesReportId, allowEdit: true }],
        targetWorkspaces: [{ id: workspace.id }],
        lifetimeInMinutes: 10,
      },
    },
  ]);
});

test('a new report is created with the token of its own route', async () => {
  const app = startEmbedApp(scenario, [embedGrant({ accessLevel: 'Create' })]);
  const newReport = { workspaceId: workspace.id, datasetId: workspace.salesDatasetId };

  const { status } = await postEmbedToken(app, await bearer(scenario, ADA), { newReport });

  expect(status).toBe(200);
  expect(generated(scenario)).toEqual([
    {
      path: `/groups/${workspace.id}/reports/GenerateToken`,
      body: { accessLevel: 'Create', datasetId: workspace.salesDatasetId },
    },
  ]);
});

test('a trusted back end passes identities if its grant says from-request', async () => {
  const identities = [{ username: 'customer-7', roles: ['Employee'], datasets: [workspace.payrollDatasetId] }];
  const body = { reports: [{ id: workspace.payrollReportId }], identities };
  const headers = await bearer(scenario, ADA);
  const trusting = embedGrant({ callers: [{ roles: 'Token.Get' }], identity: 'from-request' });

  const trusted = await postEmbedToken(startEmbedApp(scenario, [trusting]), headers, body);
  const others = await postEmbedToken(startEmbedApp(scenario, [embedGrant({ identity: OID })]), headers, body);

  expect([trusted.status, others.status, others.body['code']]).toEqual([200, 400, 'invalid_request']);
  expect(generated(scenario).map(({ body }) => (body as { identities: unknown }).identities)).toEqual([identities]);
});

test('an Entra token that Power BI calls expired is replaced once, and the call is repeated once', async () => {
  const app = startEmbedApp(scenario, [embedGrant()]);
  scenario.powerBi.failWith(
    { kind: 'status', status: 403, body: { error: { code: 'TokenExpired' } } },
    { times: 1, match: ({ method }) => method === 'POST' },
  );

  const { status } = await app.visit(REPORT, { headers: await bearer(scenario, ADA) });

  const posts = scenario.powerBi.requests.filter(({ method }) => method === 'POST');
  expect([status, posts.length]).toEqual([200, 2]);
  expect(posts[0]?.headers.authorization).not.toBe(posts[1]?.headers.authorization);
});

test('a profile with powerBiProfileId calls Power BI as that service principal profile', async () => {
  const powerBiProfileId = 'c0ffee00-1111-4222-8333-444455556666';
  const { tenantId, app: registration } = seed;
  scenario.powerBi.addMember(workspace.id, powerBiProfileId);
  const customer = {
    grant: 'client_credentials',
    tenantId,
    clientId: registration.clientId,
    credential: { secret: registration.secretName },
    powerBiProfileId,
  } as const;
  const app = startEmbedApp(scenario, [embedGrant({ profiles: ['customer'] })], { profiles: { customer } });

  const { status, body } = await app.visit(`${REPORT}?profile=customer`, { headers: await bearer(scenario, ADA) });

  expect([status, body['profile']]).toEqual([200, 'customer']);
  expect(new Set(scenario.powerBi.requests.map(({ headers }) => headers['x-powerbi-profile-id']))).toEqual(
    new Set([powerBiProfileId]),
  );
});

test('no caller gets the access token of a profile with powerBiProfileId, because it acts as the parent service principal', async () => {
  const app = scenario.startApp({
    files: {
      'profiles.json': JSON.stringify({
        profiles: {
          default: { grant: 'managed_identity', powerBiProfileId: 'c0ffee00-1111-4222-8333-444455556666' },
        },
      }),
    },
    settings: { POWERBI_TENANT_ID: undefined, POWERBI_CLIENT_ID: undefined },
  });

  const { status, body } = await app.token();

  expect([status, body['code']]).toEqual([403, 'forbidden']);
});

test('if every grant with embed is in audit mode, embedding is forbidden and Power BI is not asked', async () => {
  const app = startEmbedApp(scenario, [
    { callers: [{ anyone: true }], profiles: ['default'], actions: ['token'] },
    embedGrant({ mode: 'audit' }),
  ]);

  const { status, body } = await app.visit(REPORT, { headers: await bearer(scenario, ADA) });

  expect([status, body['code'], scenario.powerBi.requests]).toEqual([403, 'forbidden', []]);
  expect(app.log.at(-1)?.['reason']).toBe('no grant gives the action "embed" on the profile "default"');
});

test('beside a grant that allows the request, one in audit mode logs its decision', async () => {
  const app = startEmbedApp(scenario, [
    embedGrant(),
    embedGrant({ name: 'trial', mode: 'audit', reports: [workspace.payrollReportId] }),
  ]);

  const { status } = await app.visit(REPORT, { headers: await bearer(scenario, ADA) });

  expect([status, app.log.at(-1)]).toEqual([
    200,
    expect.objectContaining({ event: 'embed.issued', grant: 'embed', audited_grants: 'deny' }),
  ]);
});

test('without grants embedding is forbidden', async () => {
  const app = scenario.startApp();

  const { status, body } = await app.visit(REPORT);

  expect([status, body['code'], app.log.at(-1)?.['reason']]).toEqual([
    403,
    'forbidden',
    'there are no grants, and without them the app issues only the token of "default"',
  ]);
});
