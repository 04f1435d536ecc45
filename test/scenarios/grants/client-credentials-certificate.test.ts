import { createHash, X509Certificate } from 'node:crypto';
import type { VaultCertificate } from '../../../local/emulators/key-vault/certificate-store.ts';
import { startScenario, seed, type TestApp } from '../../support/scenario.ts';
import { assertionOf, claimsOf, tokenForms } from '../../support/issuer-requests.ts';
import { openProfiles } from '../../support/profiles-file.ts';

const { tenantId, personApp } = seed;
const SCOPE = 'https://analysis.windows.net/powerbi/api/.default';
const certificateProfile = (certificate: string) =>
  ({ grant: 'client_credentials', tenantId, clientId: personApp.clientId, credential: { certificate } }) as const;

const scenario = startScenario();
let certificate: VaultCertificate;
beforeAll(async () => {
  certificate = await scenario.keyVault.setCertificate('own-certificate', { exportable: false });
  scenario.entra.addCertificate({ tenantId, clientId: personApp.clientId }, certificate.certificatePem);
});
beforeEach(() => {
  scenario.entra.reset();
  scenario.keyVault.reset();
});

const vaultPaths = (): string[] => scenario.keyVault.requests.map(({ method, path }) => `${method} ${path}`);

test('the vault signs the assertion, and the key stays in the vault', async () => {
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

test('the assertion has the header and the claims that Entra requires', async () => {
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

test('a retry after an outage of the issuer sends a new assertion, not the same one again', async () => {
  scenario.entra.failWith({ kind: 'status', status: 503, body: {} }, { times: 1 });
  const { token } = scenario.startApp({ files: openProfiles({ sales: certificateProfile('own-certificate') }) });

  const { status } = await token({ params: { profile: 'sales' } });

  const ids = tokenForms(scenario.entra).map((form) => assertionOf(form).claims.jti);
  expect([status, ids.length, new Set(ids).size]).toEqual([200, 2, 2]);
});

test('a certificate that is missing from the app registration is reported as missing there', async () => {
  await scenario.keyVault.setCertificate('never-uploaded');
  const { token } = scenario.startApp({ files: openProfiles({ sales: certificateProfile('never-uploaded') }) });

  const { status, body } = await token({ params: { profile: 'sales' } });

  expect([status, body['code'], body['detail'], body['hint']]).toEqual([
    502,
    'issuer_rejected',
    "The token issuer refused (AADSTS700027): the assertion's signature or certificate does not match.",
    'Upload the certificate that is in Key Vault: Entra admin center > App registrations > (the app) > Certificates & secrets > Certificates.',
  ]);
});

test('a certificate that is not in the vault is reported by its name', async () => {
  const { token } = scenario.startApp({ files: openProfiles({ sales: certificateProfile('no-such-certificate') }) });

  const { status, body } = await token({ params: { profile: 'sales' } });

  expect([status, body['code'], body['upstream']]).toEqual([
    502,
    'secret_unavailable',
    expect.objectContaining({ service: 'key-vault', status: 404 }),
  ]);
  expect(body['detail']).toContain('certificate "no-such-certificate"');
});

test('a certificate that was renewed in the vault and in Entra is used as soon as the old one is refused', async () => {
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

describe('a certificate that Key Vault renewed automatically and that is not uploaded yet', () => {
  const app = { tenantId, clientId: personApp.clientId };
  const profiles = { files: openProfiles({ sales: certificateProfile('self-renewed') }) };
  let running: TestApp;
  beforeAll(async () => {
    const first = await scenario.keyVault.setCertificate('self-renewed', { exportable: false });
    scenario.entra.addCertificate(app, first.certificatePem);
    running = scenario.startApp(profiles);
    await running.token({ params: { profile: 'sales' } });
    scenario.clock.advance(1_000);
    await scenario.keyVault.setCertificate('self-renewed', { exportable: false });
    // Too long ago for a delay of replication.
    scenario.clock.advance(86_400_000);
  });

  test.each([
    ['that was running before', () => running],
    ['that has just started', () => scenario.startApp(profiles)],
  ])('has no effect on callers: an instance %s uses the version before it', async (_, instance) => {
    const { token } = instance();
    await token({ params: { profile: 'sales' } });
    await scenario.clock.idle();
    scenario.clock.advance(31_000);
    const { status, body } = await token({ params: { profile: 'sales' }, query: '?min_ttl=3600' });
    expect([status, claimsOf(body)['appid']]).toEqual([200, personApp.clientId]);
  });

  test('is reported to the operator, in the log and by readiness, with what to do', async () => {
    const { log, token, readiness } = scenario.startApp(profiles);
    await token({ params: { profile: 'sales' } });
    const output = "The token issuer refused (AADSTS700027): the assertion's signature or certificate does not match.";
    const hint =
      'Upload the certificate that is in Key Vault: Entra admin center > App registrations > (the app) > Certificates & secrets > Certificates.';
    expect(log.filter(({ event }) => event === 'credential.newest_refused')).toEqual([
      {
        event: 'credential.newest_refused',
        credential: 'self-renewed',
        code: 'issuer_rejected',
        upstream_code: 'AADSTS700027',
        detail: output,
        hint,
      },
    ]);
    const { status, body } = await readiness();
    expect([status, body]).toMatchObject([
      200,
      {
        status: 'warn',
        checks: {
          issuer: [
            { status: 'pass', profile: 'default' },
            {
              status: 'warn',
              output: `${output} The newest version in Key Vault did not work. The app uses the previous version until that expires.`,
              hint,
              profile: 'sales',
            },
          ],
        },
      },
    ]);
  });
});

test('a certificate that expires soon is reported with how to renew it', async () => {
  const expiresOn = new Date(scenario.clock.now().wallMs + 7.5 * 86_400_000);
  const { certificatePem } = await scenario.keyVault.setCertificate('ending', { exportable: false, expiresOn });
  scenario.entra.addCertificate({ tenantId, clientId: personApp.clientId }, certificatePem);
  const { log, token, readiness } = scenario.startApp({
    files: openProfiles({ sales: certificateProfile('ending') }),
  });
  await token({ params: { profile: 'sales' } });
  const hint = expect.stringContaining('Portal: Key vault > Certificates > New Version');
  expect(log).toContainEqual({ event: 'secret.near_expiry', secret: 'ending', days_left: 7, hint });
  expect((await readiness()).body['checks']).toMatchObject({
    'key-vault': [
      { status: 'pass', secretExpiresInDays: expect.any(Number), output: expect.stringContaining(seed.app.secretName) },
      { status: 'warn', secretExpiresInDays: 7, output: 'The certificate "ending" expires in 7 days.', hint },
    ],
  });
});
