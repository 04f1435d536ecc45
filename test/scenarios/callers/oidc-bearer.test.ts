import { SignJWT } from 'jose';
import { anyoneMay, profilesFile } from '../../support/profiles-file.ts';
import { startScenario, type TestAnswer, type TestApp } from '../../support/scenario.ts';
import { startOidcProvider, type OidcProvider } from '../../support/start-oidc-provider.ts';

const scenario = startScenario();
let provider: OidcProvider;
beforeAll(async () => {
  provider = await startOidcProvider(() => scenario.clock.now().wallMs);
});
beforeEach(() => {
  provider.metadata = {};
  provider.fault = undefined;
  provider.requests.length = 0;
});
afterAll(() => {
  provider.close();
});

const start = (settings = {}): TestApp =>
  scenario.startApp({
    settings: { CALLER_AUTH: 'oidc', CALLER_ISSUER: provider.issuer, CALLER_AUDIENCE: 'our-api', ...settings },
    files: profilesFile({ grants: [anyoneMay('default')] }),
  });

const ask = ({ token }: TestApp, bearer: string): Promise<TestAnswer> =>
  token({ headers: { authorization: `Bearer ${bearer}` } });

const summaryOf = ({ status, body }: TestAnswer): unknown[] => [status, body['code'], body['detail']];
const refused = (what: string): unknown[] => [401, 'unauthorized', `The bearer token is not accepted: ${what}.`];

test('a 401 points to metadata that names the provider (RFC 9728)', async () => {
  const app = start();
  const { headers } = await app.token();
  const address = /resource_metadata="([^"]+)"/.exec(headers.get('www-authenticate') ?? '')?.[1] ?? '';
  const { status, body } = await app.visit(new URL(address).pathname);
  expect([status, body]).toEqual([
    200,
    {
      resource: 'http://localhost:7071/api',
      authorization_servers: [provider.issuer],
      bearer_methods_supported: ['header'],
    },
  ]);
});

test.each(['RS256', 'PS256', 'ES256'])('a caller with a token signed with %s gets the token', async (algorithm) => {
  const app = start();

  const { status } = await ask(app, await provider.issue({}, algorithm));

  expect(status).toBe(200);
  expect(app.log.at(-1)).toMatchObject({ event: 'token.issued', caller: `${provider.issuer}#ada` });
});

test.each(['ES384', 'RS512'])('a token signed with %s is refused', async (algorithm) => {
  const answer = await ask(start(), await provider.issue({}, algorithm));

  expect(summaryOf(answer)).toEqual(refused('it is not signed with RS256 or PS256 or ES256'));
});

test('a token with a symmetric signature (HS256) is refused', async () => {
  const forged = await new SignJWT({ iss: provider.issuer, aud: 'our-api', sub: 'ada', exp: 9_999_999_999 })
    .setProtectedHeader({ alg: 'HS256', kid: 'RS256' })
    .sign(Buffer.from('the public key of the issuer as text'));

  expect(summaryOf(await ask(start(), forged))).toEqual(refused('it is not signed with RS256 or PS256 or ES256'));
});

test.each<[string, Record<string, unknown>, string]>([
  ['another issuer', { iss: 'https://evil.example' }, 'its claim "iss" is missing or wrong'],
  ['another audience', { aud: 'another-api' }, 'its claim "aud" is missing or wrong'],
  ['no audience', { aud: undefined }, 'its claim "aud" is missing or wrong: the token has no audience'],
  ['no subject', { sub: undefined }, 'its claim "sub" is missing or wrong'],
  ['an empty subject', { sub: '' }, 'its claim "sub" is empty or not a string'],
  ['no end', { exp: undefined }, 'its claim "exp" is missing or wrong'],
  ['an exp in the past', { exp: 1_700_000_000 }, 'it has expired'],
  ['the hash of an access token', { at_hash: 'hash' }, 'it is an ID token, not an access token'],
  ['the use "id"', { token_use: 'id' }, 'it is an ID token, not an access token'],
  ['the type "ID"', { typ: 'ID' }, 'it is an ID token, not an access token'],
])('a token with %s is refused', async (_, claims, what) => {
  expect(summaryOf(await ask(start(), await provider.issue(claims)))).toEqual(refused(what));
});

test('metadata and keys are read once for many callers', async () => {
  const app = start();
  const bearer = await provider.issue();

  await Promise.all(Array.from({ length: 20 }, () => ask(app, bearer)));

  expect(provider.requests).toEqual(['/.well-known/openid-configuration', '/keys']);
});

test.each<[string, Record<string, unknown>]>([
  ['names another issuer', { issuer: 'https://evil.example' }],
  ['names no jwks_uri', { jwks_uri: undefined }],
  ['names keys without TLS', { jwks_uri: 'http://localhost/keys' }],
])('metadata that %s is reported as a wrong setting', async (_, metadata) => {
  provider.metadata = metadata;

  const { status, body } = await ask(start(), await provider.issue());

  expect([status, body['code'], body['hint']]).toEqual([
    500,
    'misconfigured',
    'Set CALLER_ISSUER to exactly the value of "issuer" in its /.well-known/openid-configuration.',
  ]);
});

test.each([
  ['in error', { status: 500, text: '' }, [503, 'upstream_unavailable']],
  ['without the metadata', { status: 404, text: '<html>' }, [502, 'issuer_rejected']],
  ['behind a proxy that refuses', { status: 403, text: '<html>' }, [502, 'issuer_rejected']],
])('an issuer %s is an error of the issuer, not of the caller', async (_, fault, expected) => {
  const app = start();
  provider.fault = fault;

  const { status, body } = await ask(app, await provider.issue());

  expect([status, body['code']]).toEqual(expected);
});

test('without grants no caller gets anything', async () => {
  const app = scenario.startApp({
    settings: { CALLER_AUTH: 'oidc', CALLER_ISSUER: provider.issuer, CALLER_AUDIENCE: 'our-api' },
  });

  const { status, body } = await ask(app, await provider.issue({ roles: ['Token.Get'] }));

  expect([status, body['code']]).toEqual([403, 'forbidden']);
});

test('the answer to a call without a credential says that a bearer token is expected', async () => {
  const { status, headers } = await start().token();

  expect([status, headers.get('www-authenticate')?.split(' ')[0]]).toEqual([401, 'Bearer']);
});

test.each([
  ['CALLER_ISSUER', undefined, 'is not set: CALLER_AUTH=oidc needs the "issuer" of the OpenID provider'],
  ['CALLER_ISSUER', 'http://localhost:9000', 'must be an https:// URL'],
  ['CALLER_ISSUER', 'https://issuer.example/#tenant', 'must be an https:// URL'],
  ['CALLER_ISSUER', 'https://issuer.example/?tenant=1', 'must be an https:// URL'],
  ['CALLER_ISSUER', 'https://user:word@issuer.example', 'must be an https:// URL'],
  ['CALLER_AUDIENCE', undefined, 'is not set: CALLER_AUTH=oidc needs the audience of this API in tokens'],
])('%s=%j is a fault', async (name, value, problem) => {
  const { body } = await start({ [name]: value }).token();

  expect([body['code'], body['detail']]).toEqual(['misconfigured', expect.stringContaining(`${name} ${problem}`)]);
});
