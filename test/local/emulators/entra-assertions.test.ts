import { createHash, randomUUID } from 'node:crypto';
import { SignJWT } from 'jose';
import { seed } from '../../../local/emulators/emulators.ts';
import type { Emulators } from '../../../local/emulators/emulators.ts';
import { identityToken, postToken, powerBiScope, refusalOf } from './azure-clients.ts';
import type { JsonAnswer } from './azure-clients.ts';
import { startTrustedEmulators } from './trust-emulators.ts';

const { tenantId, personApp } = seed;
const clientId = personApp.clientId;
let emulators: Emulators;
let certificate: Awaited<ReturnType<Emulators['keyVault']['setCertificate']>>;

beforeAll(async () => {
  emulators = await startTrustedEmulators();
  certificate = await emulators.keyVault.setCertificate('client-assertions');
  emulators.entra.addCertificate({ tenantId, clientId }, certificate.certificateDer);
});

afterAll(() => emulators.close());

function post(assertion: string, members: Record<string, string | undefined> = {}): Promise<JsonAnswer> {
  return postToken(emulators, {
    grant_type: 'client_credentials',
    scope: powerBiScope,
    client_id: clientId,
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: assertion,
    ...members,
  });
}

interface AssertionChanges {
  readonly algorithm?: 'RS256' | 'PS256' | 'RS384';
  readonly claims?: Record<string, unknown>;
  readonly thumbprint?: string;
  /** Instead of the SHA-256 thumbprint. */
  readonly header?: Record<string, string>;
}

function sign({ algorithm = 'PS256', claims = {}, thumbprint, header }: AssertionChanges = {}): Promise<string> {
  const nowSeconds = Math.floor(Date.now() / 1000);
  const sha256 = createHash('sha256').update(certificate.certificateDer).digest('base64url');
  return new SignJWT({
    iss: clientId,
    sub: clientId,
    aud: `${emulators.entra.url}/${tenantId}/oauth2/v2.0/token`,
    jti: randomUUID(),
    nbf: nowSeconds - 5,
    exp: nowSeconds + 300,
    ...claims,
  })
    .setProtectedHeader({ alg: algorithm, ...(header ?? { 'x5t#S256': thumbprint ?? sha256 }) })
    .sign(certificate.privateKey);
}

test.each(['RS256', 'PS256'] as const)(
  'an assertion signed with %s and a registered certificate is accepted',
  async (algorithm) => {
    expect((await post(await sign({ algorithm }))).status).toBe(200);
  },
);

test('an assertion of MSAL.NET is accepted: times as strings, SHA-1 thumbprint', async () => {
  const nowSeconds = Math.floor(Date.now() / 1000);
  const x5t = createHash('sha1').update(certificate.certificateDer).digest('base64url');
  const claims = { nbf: String(nowSeconds), exp: String(nowSeconds + 600) };
  expect((await post(await sign({ algorithm: 'RS256', claims, header: { x5t } }))).status).toBe(200);
});

test('an assertion whose clock is some minutes ahead is accepted', async () => {
  const nbf = Math.floor(Date.now() / 1000) + 240;
  expect((await post(await sign({ claims: { nbf } }))).status).toBe(200);
});

test.each<[string, AssertionChanges, string]>([
  ['an unknown thumbprint', { thumbprint: 'unknown' }, '700027'],
  ['another algorithm', { algorithm: 'RS384' }, '700027'],
  ['another audience', { claims: { aud: 'https://login.example' } }, '700023'],
  ['an expired assertion', { claims: { exp: 1 } }, '700024'],
  ['an assertion of the future', { claims: { nbf: 4_000_000_000 } }, '700024'],
  ['an expiry that is not a number', { claims: { exp: 'soon' } }, '50012'],
  ['another subject', { claims: { sub: 'other' } }, '700021'],
  ['no jti', { claims: { jti: undefined } }, '50012'],
])('%s is refused', async (_, changes, code) => {
  expect(refusalOf(await post(await sign(changes)))).toEqual([401, 'invalid_client', code]);
});

test('an assertion whose payload was changed after signing is refused', async () => {
  const [header = '', , signature = ''] = (await sign()).split('.');
  const [, otherPayload = ''] = (await sign()).split('.');
  expect(refusalOf(await post(`${header}.${otherPayload}.${signature}`))[2]).toBe('700027');
});

test('an assertion is accepted only once', async () => {
  const assertion = await sign();
  expect((await post(assertion)).status).toBe(200);
  expect(refusalOf(await post(assertion))).toEqual([401, 'invalid_client', '50012']);
});

test('an assertion that is not a JWT or comes without its type is refused', async () => {
  expect(refusalOf(await post('no jwt'))).toEqual([401, 'invalid_client', '50012']);
  expect(refusalOf(await post(await sign(), { client_assertion_type: undefined }))[2]).toBe('900144');
});

test('a user-assigned identity authenticates the app as its federated credential', async () => {
  const token = await identityToken(emulators, 'api://AzureADTokenExchange', seed.userAssignedIdentity.clientId);
  expect((await post(token)).status).toBe(200);
});

test('a federated assertion is refused for its subject, audience, issuer, signature and kind', async () => {
  const { clientId: identityClientId, principalId } = seed.userAssignedIdentity;
  const callerToken = (claims: Record<string, unknown>, signedBy: 'entra' | 'impostor' = 'entra'): Promise<string> =>
    emulators.entra.issueCallerToken({
      tenantId,
      audience: 'api://AzureADTokenExchange',
      claims: { sub: principalId, ...claims },
      signedBy,
    });
  const otherSubject = await identityToken(emulators, 'api://AzureADTokenExchange');
  const otherAudience = await identityToken(emulators, 'https://vault.azure.net', identityClientId);
  const cases: readonly [string, string][] = [
    [otherSubject, '700213'],
    [otherAudience, '700211'],
    [await callerToken({ aud: 'api://AzureADTokenExchangeUSGov' }), '700212'],
    [await callerToken({ iss: 'https://issuer.example' }), '700211'],
    [await callerToken({}, 'impostor'), '700027'],
    [await callerToken({ exp: 1 }), '700024'],
    [await callerToken({ idtyp: undefined }), '700229'],
  ];
  for (const [assertion, code] of cases) {
    expect(refusalOf(await post(assertion))).toEqual([401, 'invalid_client', code]);
  }
});

test('a federated assertion for an app without a federated credential is refused for that reason', async () => {
  const registration = emulators.entra.register({ tenantId, clientId: randomUUID() });
  const token = await identityToken(emulators, 'api://AzureADTokenExchange', seed.userAssignedIdentity.clientId);

  const answer = await post(token, { client_id: registration.clientId });

  expect(refusalOf(answer)).toEqual([401, 'invalid_client', '70025']);
  expect(answer.body['error_description']).toContain(
    `AADSTS70025: The client '${registration.clientId}' has no configured federated identity credentials.`,
  );
});
