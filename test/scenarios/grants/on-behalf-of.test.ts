import { startScenario, seed } from '../../support/scenario.ts';
import { ADA, bearer, DAEMON, ENTRA_CALLERS, GRACE } from '../../support/entra-callers.ts';
import { claimsOf, tokenForms } from '../../support/issuer-requests.ts';
import { openProfiles } from '../../support/profiles-file.ts';

const { tenantId, personApp, users } = seed;
const SCOPE = 'https://analysis.windows.net/powerbi/api/.default';
const files = openProfiles({
  own: {
    grant: 'on_behalf_of',
    tenantId,
    clientId: personApp.clientId,
    credential: { secret: personApp.secretName },
  },
});
const params = { profile: 'own' };

const scenario = startScenario();
beforeEach(() => {
  scenario.entra.reset();
});

test('a person who calls with a token for this API gets their own Power BI token', async () => {
  const { token } = scenario.startApp({ settings: ENTRA_CALLERS, files });
  const headers = await bearer(scenario, ADA);

  const { status, body } = await token({ params, headers });

  expect([status, body['scope'], body['profile']]).toEqual([200, SCOPE, 'own']);
  expect(claimsOf(body)).toMatchObject({
    oid: users.ada.oid,
    aud: 'https://analysis.windows.net/powerbi/api',
    scp: 'Dataset.Read.All Report.Read.All Workspace.Read.All',
  });
  expect(tokenForms(scenario.entra)).toEqual([
    {
      grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
      assertion: headers.authorization.slice('Bearer '.length),
      requested_token_use: 'on_behalf_of',
      scope: SCOPE,
      client_id: personApp.clientId,
      client_secret: personApp.secret,
    },
  ]);
});

test("the exchanged token is cached only for the caller's token that it was exchanged for", async () => {
  const { token } = scenario.startApp({ settings: ENTRA_CALLERS, files });
  const [ada, grace] = [await bearer(scenario, ADA), await bearer(scenario, GRACE)];
  const ask = (headers: typeof ada) => token({ params, headers });

  const answers = [await ask(ada), await ask(grace), await ask(ada), await ask(grace)];

  const owners = answers.map(({ body }) => claimsOf(body)['oid']);
  expect(owners).toEqual([users.ada.oid, users.grace.oid, users.ada.oid, users.grace.oid]);
  expect([answers[2]?.body['access_token'], answers[3]?.body['access_token']]).toEqual([
    answers[0]?.body['access_token'],
    answers[1]?.body['access_token'],
  ]);
  expect(tokenForms(scenario.entra)).toHaveLength(2);
});

test('a token that a person gets after MFA is not served for one that Entra refuses', async () => {
  const { token } = scenario.startApp({ settings: ENTRA_CALLERS, files });
  const withMfa = await bearer(scenario, ADA);
  const given = await token({ params, headers: withMfa });
  scenario.entra.requireInteraction({ tenantId, upn: users.ada.upn });

  const refused = await token({ params, headers: await bearer(scenario, ADA) });
  const again = await token({ params, headers: withMfa });
  scenario.entra.requireInteraction({ tenantId, upn: users.ada.upn }, false);

  expect([given.status, refused.status, refused.body['code'], again.status]).toEqual([
    200,
    401,
    'interaction_required',
    200,
  ]);
});

test('a token that Entra refuses does not block another one of the same person', async () => {
  const { token } = scenario.startApp({ settings: ENTRA_CALLERS, files });
  scenario.entra.requireInteraction({ tenantId, upn: users.ada.upn });
  const refused = await token({ params, headers: await bearer(scenario, ADA) });
  scenario.entra.requireInteraction({ tenantId, upn: users.ada.upn }, false);

  const given = await token({ params, headers: await bearer(scenario, ADA) });

  expect([refused.status, given.status]).toEqual([401, 200]);
});

test('a hundred requests of one person at once cause one exchange', async () => {
  const { token } = scenario.startApp({ settings: ENTRA_CALLERS, files });
  const headers = await bearer(scenario, ADA);

  const answers = await Promise.all(Array.from({ length: 100 }, () => token({ params, headers })));

  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  expect(tokenForms(scenario.entra)).toHaveLength(1);
});

test("Entra's claims challenge becomes a 401, in the body and in the header form of Microsoft's own APIs", async () => {
  const { token, log } = scenario.startApp({ settings: ENTRA_CALLERS, files });
  scenario.entra.requireInteraction({ tenantId, upn: users.ada.upn });

  const { status, body, headers } = await token({ params, headers: await bearer(scenario, ADA) });

  scenario.entra.requireInteraction({ tenantId, upn: users.ada.upn }, false);
  const claims = '{"access_token":{"capolids":{"essential":true,"values":["a3f0b1c2-8d5e-4f67-9a10-b2c3d4e5f607"]}}}';
  expect(status).toBe(401);
  expect(body).toEqual({
    type: 'urn:powerbi-token-function:error:interaction_required',
    title: 'The person must sign in again or consent',
    status: 401,
    detail: 'The token issuer refused (AADSTS50076): multi-factor authentication is required.',
    code: 'interaction_required',
    hint: expect.stringMatching(/^The person must sign in again/),
    error: 'interaction_required',
    error_description: 'The token issuer refused (AADSTS50076): multi-factor authentication is required.',
    upstream: {
      service: 'issuer',
      status: 400,
      code: 'AADSTS50076',
      correlation_id: expect.any(String),
      trace_id: expect.any(String),
    },
    claims,
    request_id: expect.any(String),
  });
  expect(headers.get('www-authenticate')).toBe(
    `Bearer error="insufficient_claims", claims="${Buffer.from(claims).toString('base64')}"`,
  );
  expect(log.at(-1)).toMatchObject({ event: 'token.refused', code: 'interaction_required' });
});

test('a person who has met the challenge gets the token at once, and no other person waited', async () => {
  const { token } = scenario.startApp({ settings: ENTRA_CALLERS, files });
  scenario.entra.requireInteraction({ tenantId, upn: users.ada.upn });
  const ask = async (who: typeof ADA | typeof GRACE) => token({ params, headers: await bearer(scenario, who) });

  const refused = await ask(ADA);
  const other = await ask(GRACE);
  scenario.entra.requireInteraction({ tenantId, upn: users.ada.upn }, false);
  // A person needs more than a second to sign in again.
  scenario.clock.advance(1_000);
  const given = await ask(ADA);

  expect([refused.status, other.status, given.status]).toEqual([401, 200, 200]);
});

test('an app-only token has no person to act for: it is forbidden, although it has a role', async () => {
  const { token, log } = scenario.startApp({ settings: ENTRA_CALLERS, files });

  const { status, body } = await token({ params, headers: await bearer(scenario, DAEMON) });

  expect([status, body['code'], body['error']]).toEqual([403, 'forbidden', 'unauthorized_client']);
  expect(log.at(-1)).toMatchObject({ reason: 'no delegated bearer token (claim scp) to exchange' });
  expect(tokenForms(scenario.entra)).toEqual([]);
});

test('a function key has no person to act for: it is forbidden', async () => {
  const { token } = scenario.startApp({ files });

  const { status, body } = await token({ params });

  expect([status, body['code']]).toEqual([403, 'forbidden']);
});

test('a token for another app registration than the one that exchanges it is an error for the operator, not for the person', async () => {
  const registration = scenario.entra.register({
    tenantId,
    clientId: '11112222-3333-4444-8555-666677778888',
    secrets: ['its-secret'],
  });
  scenario.keyVault.setSecret('its-secret-name', 'its-secret');
  const { token } = scenario.startApp({
    settings: ENTRA_CALLERS,
    files: openProfiles({
      own: {
        grant: 'on_behalf_of',
        tenantId,
        clientId: registration.clientId,
        credential: { secret: 'its-secret-name' },
      },
    }),
  });

  const { status, body } = await token({ params, headers: await bearer(scenario, ADA) });

  expect([status, body['code'], body['detail'], body['hint']]).toEqual([
    502,
    'issuer_rejected',
    "The token issuer refused (AADSTS500131): this app registration cannot exchange the caller's token.",
    'The caller must request a token for the app registration that clientId of the profile names. CALLER_AUDIENCE must be its client id or App ID URI.',
  ]);
});

test('missing consent is reported to the person, who or whose administrator can give it', async () => {
  const registration = scenario.entra.register({
    tenantId,
    clientId: '99992222-3333-4444-8555-666677778888',
    secrets: ['its-secret'],
    isConsented: false,
  });
  scenario.keyVault.setSecret('unconsented-secret-name', 'its-secret');
  const { token } = scenario.startApp({
    settings: { ...ENTRA_CALLERS, CALLER_AUDIENCE: registration.clientId },
    files: openProfiles({
      own: {
        grant: 'on_behalf_of',
        tenantId,
        clientId: registration.clientId,
        credential: { secret: 'unconsented-secret-name' },
      },
    }),
  });

  const { status, body, headers } = await token({
    params,
    headers: await bearer(scenario, { ...ADA, audience: registration.clientId }),
  });

  expect([status, body['code'], headers.get('www-authenticate')]).toEqual([
    401,
    'interaction_required',
    'Bearer error="invalid_token", error_description="The token issuer refused (AADSTS65001): no consent was given to this application."',
  ]);
});
