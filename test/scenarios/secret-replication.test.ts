import { asked, countAsked, resetAll } from '../support/asked-upstream.ts';
import { seed, startScenario } from '../support/scenario.ts';

const scenario = startScenario();
let secret: string = seed.app.secret;
beforeEach(() => {
  // Older secrets are replicated in Entra.
  scenario.entra.requireSecretReplicationMs = 60_000;
  scenario.clock.advance(3_700_000);
  resetAll(scenario);
});

const registration = { tenantId: seed.tenantId, clientId: seed.app.clientId };

/** A new version of the secret that Entra has just stored and not replicated yet. */
function addUnknownSecret(next: string): void {
  scenario.entra.addSecret(registration, next);
  scenario.keyVault.setSecret(seed.app.secretName, next);
}

function secretsSent(): (string | null)[] {
  return scenario.entra.requests.map(({ body }) => new URLSearchParams(body).get('client_secret'));
}

test('a cold instance that reads a secret Entra does not know yet uses the version before it', async () => {
  const next = 'seconds old, on a cold instance';
  addUnknownSecret(next);
  const { token } = scenario.startApp();
  expect((await token()).body).toMatchObject({ token_type: 'Bearer' });
  expect(secretsSent()).toEqual([next, secret]);
  // The newest, the newest again because it was refused, and the one before it.
  expect(countAsked(scenario)).toEqual(
    asked({ identityTokens: 1, vaultChallenges: 1, secretReads: 3, versionLists: 1, tokenRequests: 2 }),
  );
  secret = next;
});

test('a warm instance that reads a secret Entra does not know yet uses its cached version', async () => {
  const { token } = scenario.startApp();
  await token();
  // The secret is read again in the background, while a token is requested with the old one.
  scenario.clock.advance(3_700_000);
  const next = 'seconds old, on a warm instance';
  addUnknownSecret(next);
  await token();
  resetAll(scenario);
  scenario.clock.advance(3_000);
  const answer = await token({ query: '?min_ttl=3600' });
  expect(answer.status).toBe(200);

  resetAll(scenario);
  scenario.clock.advance(31_000);
  const { status } = await token({ query: '?min_ttl=3600' });
  expect(status).toBe(200);
  expect(secretsSent()).toEqual([next, secret]);
  expect(countAsked(scenario)).toEqual(asked({ secretReads: 1, tokenRequests: 2 }));
  secret = next;
});

test('readiness warns that the version before is used only for five minutes', async () => {
  const next = 'seconds old, and readiness is requested';
  addUnknownSecret(next);
  const { token, readiness } = scenario.startApp();
  await token();
  const { status, body } = await readiness();
  expect([status, body]).toMatchObject([
    200,
    {
      status: 'warn',
      checks: {
        issuer: [
          {
            status: 'warn',
            output:
              'The token issuer refused (AADSTS7000215): the client secret is not one of the app registration. The newest version in Key Vault did not work, so the app used the previous version. It does so only for five minutes after the newest was stored.',
            hint: expect.any(String),
          },
        ],
      },
    },
  ]);
  secret = next;
});

test('a disabled version is not used as the version before', async () => {
  scenario.keyVault.disableSecret(seed.app.secretName);
  const next = 'seconds old, with nothing before it';
  addUnknownSecret(next);
  const { token } = scenario.startApp();
  const { status, body } = await token();
  expect({ status, code: body['code'] }).toEqual({ status: 502, code: 'secret_rejected' });
  expect(secretsSent()).toEqual([next]);
  secret = next;
});

test('a refused secret that is not new is reported as rejected', async () => {
  const next = 'an hour old, and never in Entra';
  scenario.keyVault.setSecret(seed.app.secretName, next);
  scenario.clock.advance(3_600_000);
  const { token } = scenario.startApp();
  const { status, body } = await token();
  expect({ status, code: body['code'] }).toEqual({ status: 502, code: 'secret_rejected' });
  expect(secretsSent()).toEqual([next]);
  expect(countAsked(scenario)).toMatchObject({ secretReads: 2, versionLists: 0 });
});
