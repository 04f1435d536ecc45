import { startScenario, seed } from '../../support/scenario.ts';
import { ADA, bearer, DAEMON, ENTRA_CALLERS } from '../../support/entra-callers.ts';
import { anyoneMay, profilesFile } from '../../support/profiles-file.ts';

const { tenantId, personApp, users } = seed;
const APP_ID = '5f6a1c3e-2b7d-4c58-9e0a-1d2f3b4c5a60';
const RESOURCE_METADATA = 'resource_metadata="http://localhost:7071/api/.well-known/oauth-protected-resource"';

const scenario = startScenario();
/** Where to get a token: for people, in the form that Power Query reads, and for programs. */
let METADATA: string;
beforeAll(() => {
  METADATA = `authorization_uri="${scenario.entra.url}/${tenantId}/oauth2/authorize", ${RESOURCE_METADATA}`;
});

test.each([
  ['a person, with a v2 token', { ...ADA, version: 2 }, users.ada.oid],
  [
    'a person, with a v1 token for the App ID URI',
    { ...ADA, version: 1, audience: `api://${personApp.clientId}` },
    users.ada.oid,
  ],
  ['an application with a role, with a v2 token', { ...DAEMON, version: 2 }, APP_ID],
  ['an application with a role, with a v1 token', { ...DAEMON, version: 1 }, APP_ID],
] as const)('%s is accepted, and the audit line names the caller and its application', async (_who, caller, oid) => {
  const { token, log } = scenario.startApp({
    settings: { ...ENTRA_CALLERS, CALLER_AUDIENCE: `api://${personApp.clientId}, ${personApp.clientId}` },
  });

  const { status, body } = await token({ headers: await bearer(scenario, caller) });

  expect([status, body['profile']]).toEqual([200, 'default']);
  expect(log).toEqual([
    expect.objectContaining({ event: 'token.issued', caller: `${tenantId}/${oid}`, caller_app: APP_ID }),
  ]);
});

test('the answer to a call without a credential says where to get one, without an error code (RFC 6750 section 3.1)', async () => {
  const { token, log } = scenario.startApp({ settings: ENTRA_CALLERS });

  const { status, body, headers } = await token();

  expect([status, headers.get('www-authenticate')]).toEqual([401, `Bearer ${METADATA}`]);
  expect(body).toEqual({
    type: 'urn:powerbi-token-function:error:unauthorized',
    title: 'No valid caller credential',
    status: 401,
    detail: 'The request has no caller credential.',
    code: 'unauthorized',
    hint: 'Send an access token for this API: Authorization: Bearer ACCESS_TOKEN',
    error: 'invalid_client',
    error_description: 'The request has no caller credential.',
    request_id: expect.any(String),
  });
  expect(log).toEqual([expect.objectContaining({ event: 'token.refused', code: 'unauthorized', reason: 'none' })]);
});

test.each([
  ['Basic dXNlcjpwYXNzd29yZA=='],
  ['Negotiate'],
  // This is the first request of Power Query.
  ['Bearer'],
])('Authorization: %s has no token: the answer says where to get one, without an error code', async (authorization) => {
  const { token } = scenario.startApp({ settings: ENTRA_CALLERS });

  const { status, body, headers } = await token({ headers: { authorization } });

  expect([status, body['code'], headers.get('www-authenticate')]).toEqual([401, 'unauthorized', `Bearer ${METADATA}`]);
});

test('a malformed bearer token is invalid, and the answer says where to get another', async () => {
  const { token } = scenario.startApp({ settings: ENTRA_CALLERS });

  const { headers } = await token({ headers: { authorization: 'Bearer two words' } });

  expect(headers.get('www-authenticate')).toBe(
    `Bearer error="invalid_token", error_description="The Authorization header has no bearer token.", ${METADATA}`,
  );
});

test('a token that is not a JWT does not verify', async () => {
  const { token } = scenario.startApp({ settings: ENTRA_CALLERS });

  const { headers } = await token({ headers: { authorization: 'Bearer not-a-jwt' } });

  expect(headers.get('www-authenticate')).toBe(
    `Bearer error="invalid_token", error_description="The bearer token is not accepted: it is not a JWT that can be verified.", ${RESOURCE_METADATA}`,
  );
});

test('the challenge omits characters that a quoted string must not have (RFC 6750 section 3)', async () => {
  const { token } = scenario.startApp({ settings: ENTRA_CALLERS });

  const { headers } = await token({ headers: await bearer(scenario, { ...ADA, audience: 'api://another' }) });

  expect(headers.get('www-authenticate')).toBe(
    `Bearer error="invalid_token", error_description="The bearer token is not accepted: its claim 'aud' is missing or wrong.", ${RESOURCE_METADATA}`,
  );
});

test('the scheme ignores case (RFC 9110 section 11.1)', async () => {
  const { token } = scenario.startApp({ settings: ENTRA_CALLERS });
  const { authorization } = await bearer(scenario);

  const { status } = await token({ headers: { authorization: authorization.replace('Bearer', 'bEARER') } });

  expect(status).toBe(200);
});

test('an app-only token without a role is forbidden, although its signature is valid', async () => {
  const { token, log } = scenario.startApp({ settings: ENTRA_CALLERS });

  const { status, body, headers } = await token({ headers: await bearer(scenario, {}) });

  expect([status, body['code'], body['detail'], headers.get('www-authenticate')]).toEqual([
    403,
    'forbidden',
    'No grant allows this request.',
    null,
  ]);
  expect(log.at(-1)).toMatchObject({
    reason: 'there are no grants, and the caller does not have the app role Token.Get',
  });
});

test('an app-only token without a role is allowed only what a grant with its appid allows', async () => {
  const { token, log } = scenario.startApp({
    settings: ENTRA_CALLERS,
    files: profilesFile({
      profiles: { other: { grant: 'managed_identity' } },
      grants: [
        { callers: [{ appid: APP_ID }], profiles: ['default'], actions: ['token'] },
        anyoneMay('default', 'other'),
        { callers: [{ oid: APP_ID, tid: tenantId }], profiles: ['other'], actions: ['token'] },
      ],
    }),
  });

  const answers = [
    await token({ headers: await bearer(scenario, { version: 1 }) }),
    await token({ headers: await bearer(scenario, { version: 2 }) }),
    await token({ headers: await bearer(scenario, {}), params: { profile: 'other' } }),
    await token({ headers: await bearer(scenario, { clientId: personApp.clientId }) }),
  ];

  expect(answers.map(({ status }) => status)).toEqual([200, 200, 403, 403]);
  expect(log.at(-1)).toMatchObject({
    reason:
      'no grant gives the action "token" on the profile "default" to this caller: the token is app-only and has no role, and no grant names its appid',
    caller_app: personApp.clientId,
  });
});

test('an ID token of a person is refused, although its issuer, audience, signature and role are right', async () => {
  const { token } = scenario.startApp({ settings: ENTRA_CALLERS });
  const idToken = await bearer(scenario, {
    ...ADA,
    claims: { scp: undefined, azp: undefined, azpacr: undefined, sub: 'pairwise', nonce: 'n', roles: ['Token.Read'] },
  });

  const { status, body } = await token({ headers: idToken });

  expect([status, body['code'], body['detail']]).toEqual([
    401,
    'unauthorized',
    'The bearer token is not accepted: it is not an access token.',
  ]);
});

test.each([
  ['expired half a minute ago', -3630, 200],
  ['expired two minutes ago', -3720, 401],
  ['will be valid in half a minute', 30, 200],
  ['will be valid in two minutes', 120, 401],
])('a token that %s: clocks may differ by a minute', async (_when, startsInSeconds, status) => {
  const { token } = scenario.startApp({ settings: ENTRA_CALLERS });
  const start = Math.floor(scenario.clock.now().wallMs / 1000) + startsInSeconds;

  const answer = await token({
    headers: await bearer(scenario, { ...ADA, claims: { iat: start, nbf: start, exp: start + 3600 } }),
  });

  expect(answer.status).toBe(status);
});

test('with CALLER_TENANT_ID only callers of that tenant are accepted', async () => {
  const callersTenant = '0c8f5e21-1b7a-4d3c-9e6f-2a4b6c8d0e1f';
  scenario.entra.addTenant(callersTenant);
  const { token } = scenario.startApp({ settings: { ...ENTRA_CALLERS, CALLER_TENANT_ID: callersTenant } });

  const answers = [
    await token({ headers: await bearer(scenario, { ...DAEMON, tenantId: callersTenant }) }),
    await token({ headers: await bearer(scenario, DAEMON) }),
  ];

  expect(answers.map(({ status }) => status)).toEqual([200, 401]);
});

test('an unknown profile is reported before a missing grant', async () => {
  const { token } = scenario.startApp({ settings: ENTRA_CALLERS });

  const { status, body } = await token({ params: { profile: 'nowhere' }, headers: await bearer(scenario, {}) });

  expect([status, body['code'], body['error']]).toEqual([404, 'unknown_profile', 'invalid_request']);
});
