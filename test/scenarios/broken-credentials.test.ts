import { resetAll } from '../support/asked-upstream.ts';
import { openProfiles } from '../support/profiles-file.ts';
import { seed, startScenario, type TestApp } from '../support/scenario.ts';

const scenario = startScenario();
beforeEach(() => {
  resetAll(scenario);
});

const HOUR_MS = 3_600_000;

async function keyVaultChecks({ readiness }: TestApp): Promise<unknown> {
  return ((await readiness()).body['checks'] as Record<string, unknown>)['key-vault'];
}

test('the error of a secret with a line break names the line break, and so does readiness', async () => {
  scenario.keyVault.setSecret('with-line-break', `${seed.app.secret}\n`);
  scenario.clock.advance(HOUR_MS);
  const app = scenario.startApp({ settings: { POWERBI_CLIENT_SECRET_NAME: 'with-line-break' } });
  const { status, body } = await app.token();
  expect([status, body['code'], body['detail'], body['hint']]).toEqual([
    502,
    'secret_rejected',
    'The token issuer refused (AADSTS7000215): the client secret is not one of the app registration. ' +
      'The value of the secret "with-line-break" in Key Vault ends with a line break.',
    expect.stringContaining('az keyvault secret set --vault-name ... --name with-line-break'),
  ]);
  expect(await keyVaultChecks(app)).toEqual([
    {
      status: 'warn',
      time: expect.any(String),
      output: expect.stringMatching(/^The value of the secret "with-line-break" in Key Vault ends with a line break\./),
      hint: expect.stringContaining('Store the correct value again'),
    },
  ]);
});

test('a certificate with an elliptic-curve key is refused before a signature, also by readiness', async () => {
  await scenario.keyVault.setCertificate('elliptic', { keyType: 'EC' });
  const profile = {
    grant: 'client_credentials',
    tenantId: seed.tenantId,
    clientId: seed.personApp.clientId,
    credential: { certificate: 'elliptic' },
  } as const;
  const app = scenario.startApp({ files: openProfiles({ sales: profile }) });
  const { status, body } = await app.token({ params: { profile: 'sales' } });
  const detail = 'The certificate "elliptic" in Key Vault has a key of the type ec. Entra accepts only RSA keys.';
  expect([status, body['code'], body['detail'], body['hint']]).toEqual([
    502,
    'secret_unavailable',
    detail,
    expect.stringContaining('Key Type: RSA'),
  ]);
  expect(scenario.entra.requests).toEqual([]);
  expect(scenario.keyVault.requests.filter(({ path }) => path.endsWith('/sign'))).toEqual([]);
  expect(await keyVaultChecks(app)).toContainEqual({
    status: 'fail',
    time: expect.any(String),
    output: detail,
    hint: expect.stringContaining('Key Type: RSA'),
  });
});
