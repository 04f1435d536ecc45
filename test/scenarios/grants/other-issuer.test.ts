import { createPublicKey } from 'node:crypto';
import { jwtVerify } from 'jose';
import { startScenario } from '../../support/scenario.ts';
import { claimsOf } from '../../support/issuer-requests.ts';
import { openProfiles } from '../../support/profiles-file.ts';
import { startForeignIssuer, type ForeignIssuer } from '../../support/start-foreign-issuer.ts';

const SECRET = 'a secret: with & % + signs';
const client = {
  grant: 'client_credentials',
  clientId: 'reports client',
  credential: { secret: 'foreign-secret' },
} as const;

const scenario = startScenario();
let issuer: ForeignIssuer;
beforeAll(async () => {
  issuer = await startForeignIssuer();
  scenario.keyVault.setSecret('foreign-secret', SECRET);
});
beforeEach(() => {
  issuer.requests.length = 0;
  issuer.accept = () => true;
  issuer.answerWith = {};
  issuer.refusal = undefined;
});
afterAll(() => issuer.close());

test('an issuer is found through its metadata, which is read once for all callers', async () => {
  const { token } = scenario.startApp({
    files: openProfiles({
      one: { ...client, issuer: issuer.url, scope: 'odata' },
      two: { ...client, issuer: issuer.url, scope: 'reports' },
    }),
  });
  const reads = issuer.metadataReads();

  const answers = await Promise.all([
    token({ params: { profile: 'one' } }),
    token({ params: { profile: 'two' } }),
    token({ params: { profile: 'one' } }),
  ]);

  expect(answers.map(({ status, body }) => [status, body['scope'], claimsOf(body)['scope']])).toEqual([
    [200, 'odata', 'odata'],
    [200, 'reports', 'reports'],
    [200, 'odata', 'odata'],
  ]);
  expect(claimsOf(answers[0].body).iss).toBe(issuer.url);
  expect([issuer.metadataReads() - reads, issuer.requests.length]).toEqual([1, 2]);
});

test('a profile with a tokenEndpoint reads no metadata', async () => {
  const { token } = scenario.startApp({
    files: openProfiles({ one: { ...client, tokenEndpoint: `${issuer.url}/token`, scope: 'odata' } }),
  });
  const reads = issuer.metadataReads();

  const { status } = await token({ params: { profile: 'one' } });

  expect([status, issuer.metadataReads() - reads]).toEqual([200, 0]);
  expect(issuer.requests).toEqual([
    {
      authorization: undefined,
      form: { grant_type: 'client_credentials', scope: 'odata', client_id: client.clientId, client_secret: SECRET },
    },
  ]);
});

test('an issuer other than Entra gets no Power BI scope by default', async () => {
  const { token } = scenario.startApp({
    files: openProfiles({ one: { ...client, tokenEndpoint: `${issuer.url}/token` } }),
  });

  const { status, body } = await token({ params: { profile: 'one' } });

  expect([status, body['scope']]).toEqual([200, '']);
  expect(issuer.requests[0]?.form).toEqual({
    grant_type: 'client_credentials',
    client_id: client.clientId,
    client_secret: SECRET,
  });
});

test.each([
  [{ resource: 'https://reports.example' }, 'https://reports.example'],
  [{ audience: 'urn:reports' }, 'urn:reports'],
  [{ scope: 'odata', resource: 'https://reports.example', audience: 'urn:reports' }, 'odata'],
])('%j is unchanged in the form, and is the scope of the answer', async (target, scope) => {
  const { token } = scenario.startApp({
    files: openProfiles({ one: { ...client, tokenEndpoint: `${issuer.url}/token`, ...target } }),
  });

  const { status, body } = await token({ params: { profile: 'one' } });

  expect([status, body['scope']]).toEqual([200, scope]);
  expect(issuer.requests[0]?.form).toEqual({
    grant_type: 'client_credentials',
    ...target,
    client_id: client.clientId,
    client_secret: SECRET,
  });
});

test('the secret is sent as HTTP Basic if the profile says so, each part form-encoded', async () => {
  const { token } = scenario.startApp({
    files: openProfiles({
      one: { ...client, issuer: issuer.url, scope: 'odata', clientAuthentication: 'client_secret_basic' },
    }),
  });

  const { status } = await token({ params: { profile: 'one' } });

  const [request] = issuer.requests;
  const encoded = new URLSearchParams([[client.clientId, SECRET]]).toString().replace('=', ':');
  const sent = Buffer.from(request?.authorization?.slice('Basic '.length) ?? '', 'base64').toString();
  expect([status, request?.form]).toEqual([200, { grant_type: 'client_credentials', scope: 'odata' }]);
  expect(decodeURIComponent(sent.replaceAll('+', ' '))).toBe(decodeURIComponent(encoded.replaceAll('+', ' ')));
  expect(sent).toMatch(/^reports(\+|%20)client:[^:& ]+$/);
});

test.each([
  ['issuer', (url: string) => ({ issuer: url }), (url: string) => url, 'client-authentication+jwt'],
  ['tokenEndpoint', (url: string) => ({ tokenEndpoint: `${url}/token` }), (url: string) => `${url}/token`, 'JWT'],
] as const)('a certificate signs a private_key_jwt for the %s, with its type', async (_, address, audience, typ) => {
  const { certificatePem } = await scenario.keyVault.setCertificate('foreign-certificate', { exportable: false });
  const { token } = scenario.startApp({
    files: openProfiles({
      one: {
        grant: 'client_credentials',
        clientId: 'reports-client',
        credential: { certificate: 'foreign-certificate' },
        clientAuthentication: 'private_key_jwt',
        ...address(issuer.url),
        scope: 'odata',
      },
    }),
  });

  const { status } = await token({ params: { profile: 'one' } });

  const assertion = String(issuer.requests[0]?.form['client_assertion']);
  const verified = await jwtVerify(assertion, createPublicKey(certificatePem), {
    typ,
    issuer: 'reports-client',
    subject: 'reports-client',
    algorithms: ['RS256'],
    currentDate: new Date(scenario.clock.now().wallMs),
  });
  expect([status, verified.protectedHeader.alg, verified.payload.aud]).toEqual([200, 'RS256', audience(issuer.url)]);
});

test('the password grant type works with any issuer', async () => {
  scenario.keyVault.setSecret('foreign-password', 'her password');
  const { token } = scenario.startApp({
    files: openProfiles({
      one: {
        ...client,
        grant: 'password',
        issuer: issuer.url,
        scope: 'odata',
        username: 'ada',
        password: { secret: 'foreign-password' },
      },
    }),
  });

  const { status, body } = await token({ params: { profile: 'one' } });

  expect([status, claimsOf(body)['sub']]).toEqual([200, 'ada']);
});

test('a refused certificate gets a hint about the certificate', async () => {
  await scenario.keyVault.setCertificate('refused-certificate', { exportable: false });
  issuer.accept = () => false;
  const { token } = scenario.startApp({
    files: openProfiles({
      one: {
        grant: 'client_credentials',
        clientId: 'reports-client',
        credential: { certificate: 'refused-certificate' },
        issuer: issuer.url,
        scope: 'odata',
      },
    }),
  });

  const { status, body } = await token({ params: { profile: 'one' } });

  expect([status, body['code'], body['hint']]).toEqual([
    502,
    'secret_rejected',
    "Check clientId, and that this client has the certificate of Key Vault, or its public key, in the issuer's console.",
  ]);
});

test('invalid_client means a refused secret, and the text of the issuer is not passed on', async () => {
  issuer.accept = () => false;
  const { token, log } = scenario.startApp({
    files: openProfiles({ one: { ...client, issuer: issuer.url, scope: 'odata' } }),
  });

  const { status, body, text } = await token({ params: { profile: 'one' } });

  expect([status, body['code'], body['upstream']]).toEqual([
    502,
    'secret_rejected',
    { service: 'issuer', status: 401, code: 'invalid_client' },
  ]);
  expect(text + JSON.stringify(log)).not.toContain(SECRET);
});

test.each([
  ['invalid_client', { status: 401, body: { error: 'invalid_client' } }],
  ['unauthorized_client, as Keycloak calls it', { status: 401, body: { error: 'unauthorized_client' } }],
  ['access_denied, as Auth0 calls it', { status: 401, body: { error: 'access_denied' } }],
  ['an error inside a 200', { status: 200, body: { error: 'invalid_client' } }],
])('callers do not notice a secret that was rotated at the issuer and in the vault: %s', async (_, refusal) => {
  issuer.refusal = refusal;
  scenario.keyVault.setSecret('rotated-foreign-secret', 'the old one');
  const { token } = scenario.startApp({
    files: openProfiles({
      one: { ...client, credential: { secret: 'rotated-foreign-secret' }, issuer: issuer.url, scope: 'odata' },
    }),
  });
  issuer.answerWith = { expires_in: 60 };
  await token({ params: { profile: 'one' } });
  issuer.accept = ({ form }) => form['client_secret'] === 'the new one';
  scenario.keyVault.setSecret('rotated-foreign-secret', 'the new one');
  scenario.clock.advance(61_000);

  const { status } = await token({ params: { profile: 'one' } });

  expect(status).toBe(200);
  expect(issuer.requests.map(({ form }) => form['client_secret'])).toEqual([
    'the old one',
    'the old one',
    'the new one',
  ]);
});

test('metadata of another issuer is refused', async () => {
  const { token } = scenario.startApp({
    files: openProfiles({ one: { ...client, issuer: issuer.url.replace('localhost', '127.0.0.1'), scope: 'odata' } }),
  });

  const { status, body } = await token({ params: { profile: 'one' } });

  expect([status, body['code'], body['hint']]).toEqual([
    502,
    'issuer_rejected',
    'Check "issuer" of the profile: it must be exactly the "issuer" of the metadata, also the slash at its end. Or set "tokenEndpoint".',
  ]);
  expect(issuer.requests).toEqual([]);
});

test('an issuer without metadata is reported', async () => {
  const { token } = scenario.startApp({
    files: openProfiles({ one: { ...client, issuer: `${issuer.url}/nowhere`, scope: 'odata' } }),
  });

  const { status, body } = await token({ params: { profile: 'one' } });

  expect([status, body['code'], body['upstream']]).toEqual([
    502,
    'issuer_rejected',
    { service: 'issuer', status: 404 },
  ]);
});
