import { createHash, X509Certificate } from 'node:crypto';
import type { VaultCertificate } from '../../../local/emulators/key-vault/certificate-store.ts';
import { startScenario, seed, type Scenario } from '../../support/scenario.ts';
import { assertionOf, claimsOf, tokenForms } from '../../support/issuer-requests.ts';
import { openProfiles } from '../../support/profiles-file.ts';

const { tenantId, personApp } = seed;
const SCOPE = 'https://analysis.windows.net/powerbi/api/.default';
const certificateProfile = (certificate: string) =>
  ({ grant: 'client_credentials', tenantId, clientId: personApp.clientId, credential: { certificate } }) as const;

let scenario: Scenario;
let certificate: VaultCertificate;
beforeAll(async () => {
  scenario = await startScenario();
  certificate = await scenario.keyVault.setCertificate('own-certificate', { exportable: false });
  scenario.entra.addCertificate({ tenantId, clientId: personApp.clientId }, certificate.certificatePem);
});
beforeEach(() => {
  scenario.entra.reset();
  scenario.keyVault.reset();
});
afterAll(() => scenario.close());

const vaultPaths = (): string[] => scenario.keyVault.requests.map(({ method, path }) => `${method} ${path}`);

test('the vault signs the assertion, and the key never leaves it', async () => {
  const { token } = scenario.startApp({ files: openProfiles({ sales: certificateProfile('own-certificate') }) });

  const { status, body } = await token({ params: { profile: 'sales' } });

  const [form] = tokenForms(scenario.entra);
  expect([status, claimsOf(body)['appid']]).toEqual([200, personApp.clientId]);
  expect(vaultPaths()).toContain(`POST /keys/own-certificate/${certificate.version}/sign`);
  expect(vaultPaths().filter((path) => path.includes('/secrets/'))).toEqual([]);
  expect(form).toEqual({
    grant_type: 'client_credentials',
    scope: SCOPE,
    client_id: personApp.clientId,
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
  });
});

test('the assertion carries what Entra wants of it', async () => {
  const { token } = scenario.startApp({ files: openProfiles({ sales: certificateProfile('own-certificate') }) });
  const nowSeconds = Math.floor(scenario.clock.now().wallMs / 1000);

  await token({ params: { profile: 'sales' } });

  const { header, claims } = assertionOf(tokenForms(scenario.entra)[0]);
  const thumbprint = createHash('sha256')
    .update(new X509Certificate(certificate.certificatePem).raw)
    .digest('base64url');
  expect(header).toEqual({ alg: 'PS256', typ: 'JWT', 'x5t#S256': thumbprint });
  expect(claims).toEqual({
    aud: `${scenario.entra.url}/${tenantId}/oauth2/v2.0/token`,
    iss: personApp.clientId,
    sub: personApp.clientId,
    jti: expect.stringMatching(/^[\da-f-]{36}$/),
    iat: expect.any(Number),
    nbf: claims.iat,
    exp: (claims.iat ?? 0) + 300,
  });
  expect((claims.iat ?? 0) - nowSeconds).toBeLessThanOrEqual(2);
});

test('an issuer that was away for a moment is sent a new assertion, not the same one again', async () => {
  scenario.entra.failWith({ kind: 'status', status: 503, body: {} }, { times: 1 });
  const { token } = scenario.startApp({ files: openProfiles({ sales: certificateProfile('own-certificate') }) });

  const { status } = await token({ params: { profile: 'sales' } });

  const ids = tokenForms(scenario.entra).map((form) => assertionOf(form).claims.jti);
  expect([status, ids.length, new Set(ids).size]).toEqual([200, 2, 2]);
});

test('a certificate that nobody uploaded to the app registration is told as just that', async () => {
  await scenario.keyVault.setCertificate('never-uploaded');
  const { token } = scenario.startApp({ files: openProfiles({ sales: certificateProfile('never-uploaded') }) });

  const { status, body } = await token({ params: { profile: 'sales' } });

  expect([status, body['code'], body['detail'], body['hint']]).toEqual([
    502,
    'issuer_rejected',
    "The token issuer refused (AADSTS700027): the assertion's signature or certificate does not match.",
    'Upload the certificate that Key Vault holds: App registrations > Certificates & secrets > Certificates.',
  ]);
});

test('a certificate that the vault does not have is told by its name', async () => {
  const { token } = scenario.startApp({ files: openProfiles({ sales: certificateProfile('no-such-certificate') }) });

  const { status, body } = await token({ params: { profile: 'sales' } });

  expect([status, body['code'], body['upstream']]).toEqual([
    502,
    'secret_unavailable',
    expect.objectContaining({ service: 'key-vault', status: 404 }),
  ]);
  expect(body['detail']).toContain('certificate "no-such-certificate"');
});

test('a certificate that was renewed in the vault and in Entra is taken up at once where the old one is refused', async () => {
  const app = { tenantId, clientId: personApp.clientId };
  const first = await scenario.keyVault.setCertificate('renewed', { exportable: false });
  scenario.entra.addCertificate(app, first.certificatePem);
  const { token } = scenario.startApp({ files: openProfiles({ sales: certificateProfile('renewed') }) });
  const before = await token({ params: { profile: 'sales' } });

  scenario.entra.removeCertificate(app, first.certificatePem);
  const second = await scenario.keyVault.setCertificate('renewed', { exportable: false });
  scenario.entra.addCertificate(app, second.certificatePem);
  const after = await token({ params: { profile: 'sales' }, query: '?min_ttl=3600' });
  scenario.clock.advance(31_000);
  const muchAfter = await token({ params: { profile: 'sales' }, query: '?min_ttl=3600' });

  expect([before.status, after.status, muchAfter.status]).toEqual([200, 200, 200]);
  expect(muchAfter.body['access_token']).not.toBe(before.body['access_token']);
});
