import { startScenario, seed } from '../../support/scenario.ts';
import { claimsOf, tokenForms } from '../../support/issuer-requests.ts';
import { openProfiles } from '../../support/profiles-file.ts';

const { tenantId, personApp, users } = seed;
const SCOPE = 'https://analysis.windows.net/powerbi/api/.default';
const HOUR_MS = 3_600_000;
const masterUser = (username: string, secret: string) =>
  ({
    grant: 'password',
    tenantId,
    clientId: personApp.clientId,
    credential: { secret: personApp.secretName },
    username,
    password: { secret },
  }) as const;

const scenario = startScenario();
beforeEach(() => {
  scenario.entra.reset();
});

const passwordsSent = (): (string | undefined)[] => tokenForms(scenario.entra).map((form) => form['password']);

test("a master user's token is requested with the password from Key Vault", async () => {
  const { token } = scenario.startApp({
    files: openProfiles({ master: masterUser(users.ada.upn, users.ada.passwordSecretName) }),
  });

  const { status, body } = await token({ params: { profile: 'master' } });

  expect([status, body['scope'], claimsOf(body)['oid']]).toEqual([200, SCOPE, users.ada.oid]);
  expect(tokenForms(scenario.entra)).toEqual([
    {
      grant_type: 'password',
      scope: SCOPE,
      username: users.ada.upn,
      password: users.ada.password,
      client_id: personApp.clientId,
      client_secret: personApp.secret,
    },
  ]);
});

test('a wrong password is tried once an hour, however many callers ask and however often', async () => {
  scenario.keyVault.setSecret('wrong-password', 'not her password');
  const { token } = scenario.startApp({
    files: openProfiles({ master: masterUser(users.grace.upn, 'wrong-password') }),
  });
  const ask = () => token({ params: { profile: 'master' } });

  const answers = await Promise.all(Array.from({ length: 50 }, ask));
  for (let minute = 0; minute < 55; minute += 5) {
    scenario.clock.advance(HOUR_MS / 12);
    answers.push(await ask());
  }

  expect(new Set(answers.map(({ status, body }) => `${status} ${String(body['code'])}`))).toEqual(
    new Set(['502 issuer_rejected']),
  );
  expect(answers[0]?.body).toMatchObject({
    detail: 'The token issuer refused (AADSTS50126): user name or password is wrong.',
    upstream: { service: 'issuer', status: 400, code: 'AADSTS50126' },
    error: 'server_error',
  });
  expect(passwordsSent()).toEqual(['not her password']);
});

test('a wrong password is tried once more after an hour: the account may have been corrected', async () => {
  scenario.keyVault.setSecret('hourly-password', 'not her password');
  const { token } = scenario.startApp({
    files: openProfiles({ master: masterUser(users.grace.upn, 'hourly-password') }),
  });
  const ask = () => token({ params: { profile: 'master' } });

  await ask();
  scenario.clock.advance(HOUR_MS + 1000);
  await ask();
  scenario.clock.advance(HOUR_MS / 2);
  await ask();

  expect(passwordsSent()).toEqual(['not her password', 'not her password']);
});

test('a new version of a refused password is tried as soon as it is in the vault', async () => {
  scenario.keyVault.setSecret('mended-password', 'not her password');
  const { token } = scenario.startApp({
    files: openProfiles({ master: masterUser(users.grace.upn, 'mended-password') }),
  });
  const ask = () => token({ params: { profile: 'master' } });

  const refused = await ask();
  scenario.keyVault.setSecret('mended-password', users.grace.password);
  scenario.clock.advance(11_000);
  const given = await ask();

  expect([refused.status, given.status]).toEqual([502, 200]);
  expect(claimsOf(given.body)['oid']).toBe(users.grace.oid);
  expect(passwordsSent()).toEqual(['not her password', users.grace.password]);
});

test('a refused password does not affect the profile of another master user', async () => {
  scenario.keyVault.setSecret('wrong-again', 'not her password');
  const { token } = scenario.startApp({
    files: openProfiles({
      grace: masterUser(users.grace.upn, 'wrong-again'),
      ada: masterUser(users.ada.upn, users.ada.passwordSecretName),
    }),
  });

  const answers = [await token({ params: { profile: 'grace' } }), await token({ params: { profile: 'ada' } })];

  expect(answers.map(({ status }) => status)).toEqual([502, 200]);
});

test.each([
  ['mfa', 'AADSTS50076', 'multi-factor authentication is required'],
  ['expired', 'AADSTS50055', "the user's password has expired"],
  ['locked', 'AADSTS50053', 'the user account is locked'],
  ['disabled', 'AADSTS50057', 'the user account is disabled'],
] as const)('an account that is %s is reported as %s, and its password is sent once', async (state, code, meaning) => {
  const upn = `${state}@contoso.onmicrosoft.example`;
  scenario.entra.addUser({ tenantId, upn, password: 'staple-battery-7', state });
  scenario.keyVault.setSecret(`password-${state}`, 'staple-battery-7');
  const { token } = scenario.startApp({ files: openProfiles({ master: masterUser(upn, `password-${state}`) }) });

  const { status, body } = await token({ params: { profile: 'master' } });
  scenario.clock.advance(60_000);
  await token({ params: { profile: 'master' } });

  expect([status, body['code'], body['detail'], body['hint']]).toEqual([
    502,
    'issuer_rejected',
    `The token issuer refused (${code}): ${meaning}.`,
    expect.stringContaining('with a service principal (grant "client_credentials")'),
  ]);
  expect(passwordsSent()).toEqual(['staple-battery-7']);
});

test('an unknown user is reported as unknown', async () => {
  const { token } = scenario.startApp({
    files: openProfiles({ master: masterUser('nobody@contoso.onmicrosoft.example', users.ada.passwordSecretName) }),
  });

  const { status, body } = await token({ params: { profile: 'master' } });

  expect([status, body['code'], body['detail']]).toEqual([
    502,
    'issuer_rejected',
    'The token issuer refused (AADSTS50034): no such user in this tenant.',
  ]);
});

test('an outage is not a refusal: the password is tried again as soon as Entra is available', async () => {
  const { token } = scenario.startApp({
    files: openProfiles({ master: masterUser(users.ada.upn, users.ada.passwordSecretName) }),
  });
  scenario.entra.failWith({ kind: 'status', status: 503, body: {} });
  const away = await token({ params: { profile: 'master' } });
  scenario.entra.heal();
  scenario.clock.advance(5_000);

  const back = await token({ params: { profile: 'master' } });

  expect([away.status, away.body['code'], back.status]).toEqual([503, 'upstream_unavailable', 200]);
});

test('a rotated secret of the registration does not count as a refused password', async () => {
  const registration = { tenantId, clientId: personApp.clientId };
  const { token } = scenario.startApp({
    files: openProfiles({ master: masterUser(users.ada.upn, users.ada.passwordSecretName) }),
  });
  await token({ params: { profile: 'master' } });
  scenario.entra.addSecret(registration, 'the-next-secret');
  scenario.entra.removeSecret(registration, personApp.secret);
  scenario.keyVault.setSecret(personApp.secretName, 'the-next-secret');
  scenario.clock.advance(31_000);

  const { status } = await token({ params: { profile: 'master' }, query: '?min_ttl=3599' });

  scenario.entra.addSecret(registration, personApp.secret);
  scenario.keyVault.setSecret(personApp.secretName, personApp.secret);
  expect(status).toBe(200);
  expect(tokenForms(scenario.entra).map((form) => form['client_secret'])).toEqual([
    personApp.secret,
    personApp.secret,
    'the-next-secret',
  ]);
});
