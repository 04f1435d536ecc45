import { createHash } from 'node:crypto';
import { ConfidentialClientApplication, type Configuration } from '@azure/msal-node';
import { seed } from '../../local/emulators/emulators.ts';
import { ENTRA_CALLERS } from '../support/entra-callers.ts';
import { startScenario } from '../support/scenario.ts';
import { serveApp, type ServedApp } from '../support/serve-app.ts';
import { signInAtEntra } from '../support/browser.ts';

const { tenantId, app, personApp, users } = seed;
const apiScope = `api://${personApp.clientId}`;
const profilesFile = {
  grants: [
    { callers: [{ appid: app.clientId }], profiles: ['default'], actions: ['token'] },
    { callers: [{ scp: 'access_as_user' }], profiles: ['default'], actions: ['token'] },
  ],
};

const scenario = startScenario();
let served: ServedApp;
beforeAll(async () => {
  served = await serveApp(
    scenario.startApp({ settings: ENTRA_CALLERS, files: { 'profiles.json': JSON.stringify(profilesFile) } }),
  );
});
afterAll(() => {
  served.close();
});

function createClient(auth: Omit<Configuration['auth'], 'authority'>): ConfidentialClientApplication {
  const authority = `${scenario.entra.url}/${tenantId}`;
  return new ConfidentialClientApplication({
    auth: { authority, knownAuthorities: [new URL(authority).host], ...auth },
  });
}

async function callProduct(accessToken: string | undefined): Promise<readonly [number, unknown]> {
  const response = await fetch(`${served.url}/token`, { headers: { authorization: `Bearer ${accessToken ?? ''}` } });
  const body = (await response.json()) as Record<string, unknown>;
  return [response.status, body['profile']];
}

test('a daemon with a secret gets a token from MSAL and calls the app', async () => {
  const client = createClient({ clientId: app.clientId, clientSecret: app.secret });
  const result = await client.acquireTokenByClientCredential({ scopes: [`${apiScope}/.default`] });
  expect(await callProduct(result?.accessToken)).toEqual([200, 'default']);
});

test('a daemon with a certificate gets a token from MSAL', async () => {
  const certificate = await scenario.keyVault.setCertificate('daemon');
  scenario.entra.addCertificate({ tenantId, clientId: app.clientId }, certificate.certificateDer);
  const client = createClient({
    clientId: app.clientId,
    clientCertificate: {
      thumbprintSha256: createHash('sha256').update(certificate.certificateDer).digest('hex'),
      privateKey: certificate.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    },
  });
  const result = await client.acquireTokenByClientCredential({ scopes: [`${apiScope}/.default`] });
  expect(await callProduct(result?.accessToken)).toEqual([200, 'default']);
});

test("a web application signs a person in with MSAL and calls the app with the person's token", async () => {
  const client = createClient({ clientId: personApp.clientId, clientSecret: personApp.secret });
  const verifier = 'v'.repeat(64);
  const request = { scopes: [`${apiScope}/access_as_user`], redirectUri: personApp.redirectUri };
  const authorize = await client.getAuthCodeUrl({
    ...request,
    codeChallenge: createHash('sha256').update(verifier).digest('base64url'),
    codeChallengeMethod: 'S256',
  });

  const back = await signInAtEntra(new URL(authorize), users.ada);
  const code = back.searchParams.get('code') ?? '';
  const result = await client.acquireTokenByCode({ ...request, code, codeVerifier: verifier });
  expect(result.account).toMatchObject({ tenantId, username: users.ada.upn, localAccountId: users.ada.oid });
  expect(await callProduct(result.accessToken)).toEqual([200, 'default']);

  const [account] = await client.getTokenCache().getAllAccounts();
  if (account === undefined) throw new Error('MSAL kept no account');
  const renewed = await client.acquireTokenSilent({ account, scopes: request.scopes, forceRefresh: true });
  expect(await callProduct(renewed.accessToken)).toEqual([200, 'default']);
});
