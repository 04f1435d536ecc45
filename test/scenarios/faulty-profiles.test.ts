import { startScenario, seed } from '../support/scenario.ts';
import { anyoneMay } from '../support/profiles-file.ts';

const { tenantId, app } = seed;
const good = {
  grant: 'client_credentials',
  tenantId,
  clientId: app.clientId,
  credential: { secret: app.secretName },
};

const scenario = startScenario();

const start = (file: unknown) =>
  scenario.startApp({ files: { 'profiles.json': typeof file === 'string' ? file : JSON.stringify(file) } });

test('a profile with faults reports all of them with their paths, and the other profiles work', async () => {
  const { token } = start({
    profiles: { broken: { grant: 'client_credentials', tenantId: 'common' }, sales: good },
    grants: [anyoneMay('default', 'broken', 'sales')],
  });

  const broken = await token({ params: { profile: 'broken' } });
  const others = [await token(), await token({ params: { profile: 'sales' } })];

  expect([broken.status, broken.body['code']]).toEqual([500, 'misconfigured']);
  for (const member of ['tenantId', 'clientId', 'credential']) {
    expect(broken.body['detail']).toContain(`profiles.json: profiles.broken.${member} `);
  }
  expect(others.map(({ status }) => status)).toEqual([200, 200]);
});

test('readiness warns of a faulty profile by name if others work, and fails if none does', async () => {
  const beside = await start({
    profiles: { broken: { grant: 'managed_identity', secret: 'x' }, sales: good },
    grants: [],
  }).readiness();
  const alone = await scenario
    .startApp({
      settings: { POWERBI_TENANT_ID: undefined, POWERBI_CLIENT_ID: undefined },
      files: {
        'profiles.json': JSON.stringify({
          profiles: { broken: { grant: 'managed_identity', secret: 'x' } },
          grants: [],
        }),
      },
    })
    .readiness();

  const settingsOf = ({ body }: typeof alone) => (body['checks'] as Record<string, unknown>)['settings'];
  const finding = (status: string) => [
    {
      status,
      profile: 'broken',
      output: 'profiles.json: profiles.broken.secret is not a known property (line 1, column 51).',
      hint: 'Correct the file (with "$schema" in it, an editor marks most errors). In local development save it, in Azure deploy it again (npm run package).',
      time: expect.any(String),
    },
  ];
  expect([beside.status, beside.body['status'], settingsOf(beside)]).toEqual([200, 'warn', finding('warn')]);
  expect([alone.status, alone.body['status'], settingsOf(alone)]).toEqual([503, 'fail', finding('fail')]);
});

test.each(['{"profiles":', '[]'])(
  'with a file that is %s only health works, and readiness reports the fault',
  async (json) => {
    const { token, request, readiness } = start(json);

    const answer = await token();
    const ready = await readiness();

    expect([answer.status, answer.body['code'], answer.body['detail']]).toEqual([
      500,
      'misconfigured',
      expect.stringMatching(/^profiles\.json (is not valid JSON|must be a JSON object)/),
    ]);
    expect((await request('health')).status).toBe(200);
    expect([ready.status, ready.body['status']]).toEqual([503, 'fail']);
  },
);

test('default in the settings and in profiles.json makes every route misconfigured, and names both settings', async () => {
  const { token } = start({ profiles: { default: good } });

  const { status, body } = await token();

  expect([status, body['code'], body['detail']]).toEqual([
    500,
    'misconfigured',
    'POWERBI_TENANT_ID is set, and profiles.json has a profile "default" too: remove one of them; ' +
      'POWERBI_CLIENT_ID is set, and profiles.json has a profile "default" too: remove one of them.',
  ]);
});
