import { startScenario, seed } from '../../support/scenario.ts';
import { claimsOf, tokenForms } from '../../support/issuer-requests.ts';
import { openProfiles } from '../../support/profiles-file.ts';

const { tenantId, app } = seed;
const SCOPE = 'https://analysis.windows.net/powerbi/api/.default';
const common = {
  grant: 'client_credentials',
  tenantId,
  clientId: app.clientId,
  credential: { secret: app.secretName },
} as const;

const scenario = startScenario();
beforeEach(() => {
  scenario.entra.reset();
});

test('by default the secret is sent in the form, with every special character intact', async () => {
  const { token } = scenario.startApp({ files: openProfiles({ sales: common }) });

  const { status, body } = await token({ params: { profile: 'sales' } });

  expect([status, body['profile'], body['scope']]).toEqual([200, 'sales', SCOPE]);
  expect(claimsOf(body)).toMatchObject({ appid: app.clientId, aud: SCOPE.replace('/.default', '') });
  expect(tokenForms(scenario.entra)).toEqual([
    { grant_type: 'client_credentials', scope: SCOPE, client_id: app.clientId, client_secret: app.secret },
  ]);
});

test('the secret is sent as HTTP Basic if the profile says so, encoded as RFC 6749 section 2.3.1 requires', async () => {
  const { token } = scenario.startApp({
    files: openProfiles({ sales: { ...common, clientAuthentication: 'client_secret_basic' } }),
  });

  const { status } = await token({ params: { profile: 'sales' } });

  const [request] = scenario.entra.requests;
  const [id = '', secret = ''] = Buffer.from(request?.headers.authorization?.slice('Basic '.length) ?? '', 'base64')
    .toString()
    .split(':');
  expect(status).toBe(200);
  expect(tokenForms(scenario.entra)).toEqual([{ grant_type: 'client_credentials', scope: SCOPE }]);
  expect([id, secret].map((part) => new URLSearchParams(`part=${part}`).get('part'))).toEqual([
    app.clientId,
    app.secret,
  ]);
});

test('a wrong secret is reported with what to do, and sent only once', async () => {
  scenario.keyVault.setSecret('mistyped', 'not-the-secret', { createdOn: new Date(scenario.clock.now().wallMs - 1e9) });
  const { token } = scenario.startApp({
    files: openProfiles({ sales: { ...common, credential: { secret: 'mistyped' } } }),
  });

  const answers = [await token({ params: { profile: 'sales' } }), await token({ params: { profile: 'sales' } })];

  expect(answers.map(({ status, body }) => [status, body['code'], body['upstream']])).toEqual(
    Array(2).fill([
      502,
      'secret_rejected',
      {
        service: 'issuer',
        status: 401,
        code: 'AADSTS7000215',
        correlation_id: expect.any(String),
        trace_id: expect.any(String),
      },
    ]),
  );
  expect(tokenForms(scenario.entra)).toHaveLength(1);
});

test('extra parameters of the profile are in the form, and do not override those of the grant type', async () => {
  const { token } = scenario.startApp({
    files: openProfiles({ sales: { ...common, parameters: { claims: '{"a":1}', scope: 'something-else' } } }),
  });

  const { status } = await token({ params: { profile: 'sales' } });

  expect(status).toBe(200);
  expect(tokenForms(scenario.entra)).toEqual([
    {
      grant_type: 'client_credentials',
      scope: SCOPE,
      client_id: app.clientId,
      client_secret: app.secret,
      claims: '{"a":1}',
    },
  ]);
});
