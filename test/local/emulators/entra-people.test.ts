import { decodeJwt } from 'jose';
import { seed } from '../../../local/emulators/emulators.ts';
import type { Emulators } from '../../../local/emulators/emulators.ts';
import { personApp, postToken, powerBiResource, powerBiScope, refusalOf } from './azure-clients.ts';
import type { JsonAnswer } from './azure-clients.ts';
import { startTrustedEmulators } from './trust-emulators.ts';

const { tenantId, users } = seed;
const { ada } = users;
const delegatedScopes = 'Dataset.Read.All Report.Read.All Workspace.Read.All';
let emulators: Emulators;

beforeAll(async () => {
  emulators = await startTrustedEmulators();
});

afterAll(() => emulators.close());

function postPassword(members: Record<string, string | undefined> = {}): Promise<JsonAnswer> {
  return postToken(emulators, {
    grant_type: 'password',
    ...personApp,
    scope: powerBiScope,
    username: ada.upn,
    password: ada.password,
    ...members,
  });
}

function postOnBehalfOf(
  assertion: string | undefined,
  members: Record<string, string | undefined> = {},
): Promise<JsonAnswer> {
  return postToken(emulators, {
    grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
    ...personApp,
    scope: powerBiScope,
    requested_token_use: 'on_behalf_of',
    assertion,
    ...members,
  });
}

describe('password', () => {
  test('a master user gets a delegated token, and a refresh token only with offline_access', async () => {
    const { status, body } = await postPassword();
    expect(status).toBe(200);
    expect(Object.keys(body).sort()).toEqual(['access_token', 'expires_in', 'ext_expires_in', 'scope', 'token_type']);
    expect(body['scope']).toBe(
      delegatedScopes
        .split(' ')
        .map((name) => `${powerBiResource}/${name}`)
        .join(' '),
    );
    expect(decodeJwt(String(body['access_token']))).toMatchObject({
      aud: powerBiResource,
      oid: ada.oid,
      upn: ada.upn,
      scp: delegatedScopes,
      appid: seed.personApp.clientId,
    });
    const offline = await postPassword({ scope: `${powerBiScope} offline_access` });
    expect(String(offline.body['refresh_token']).length).toBeGreaterThan(1000);
  });

  test('the v1 endpoint answers a master user with the scope names and strings', async () => {
    const members = { grant_type: 'password', ...personApp, resource: powerBiResource };
    const { body } = await postToken(
      emulators,
      { ...members, username: ada.upn, password: ada.password },
      { endpoint: 'oauth2/token' },
    );
    expect(body).toMatchObject({ scope: delegatedScopes, expires_in: '3599', resource: powerBiResource });
  });

  test.each<[string, Record<string, string | undefined>, string]>([
    ['an unknown user', { username: 'nobody@contoso.onmicrosoft.example' }, '50034'],
    ['a wrong password', { password: 'wrong' }, '50126'],
    ['no password', { password: undefined }, '900144'],
    ['a permission that was not consented to', { scope: `${powerBiResource}/Tenant.ReadWrite.All` }, '65001'],
  ])('%s is refused', async (_, members, code) => {
    expect(refusalOf(await postPassword(members))[2]).toBe(code);
  });

  test.each([
    ['mfa', '50076'],
    ['locked', '50053'],
    ['expired', '50055'],
    ['disabled', '50057'],
  ] as const)('a master user in the state %s is refused', async (state, code) => {
    const upn = `${state}@contoso.onmicrosoft.example`;
    emulators.entra.addUser({ tenantId, upn, password: 'right', state });
    const answer = await postPassword({ username: upn, password: 'right' });
    expect(refusalOf(answer)).toEqual([400, 'invalid_grant', code]);
  });

  test('on /organizations the grant type is refused', async () => {
    const members = { grant_type: 'password', ...personApp, scope: powerBiScope };
    expect(refusalOf(await postToken(emulators, members, { tenant: 'organizations' }))[2]).toBe('9001023');
  });
});

describe('on behalf of', () => {
  const audience = seed.personApp.clientId;

  test.each([
    ['v2', 2, audience],
    ['v1', 1, `api://${audience}`],
  ] as const)("a caller's %s token becomes the same person's Power BI token", async (_, version, tokenAudience) => {
    const options = { tenantId, audience: tokenAudience, upn: ada.upn, version };
    const { status, body } = await postOnBehalfOf(await emulators.entra.issueCallerToken(options));
    expect(status).toBe(200);
    expect(decodeJwt(String(body['access_token']))).toMatchObject({ aud: powerBiResource, oid: ada.oid });
  });

  test("the token of a person's sign-in to the API is an assertion, too", async () => {
    const own = await postPassword({ scope: `api://${audience}/access_as_user` });
    expect(decodeJwt(String(own.body['access_token']))).toMatchObject({ aud: audience, scp: 'access_as_user' });
    expect((await postOnBehalfOf(String(own.body['access_token']))).status).toBe(200);
  });

  test('an assertion for another app, expired, badly signed, app-only or missing is refused', async () => {
    const issue = emulators.entra.issueCallerToken;
    const person = { tenantId, audience, upn: ada.upn };
    const cases: readonly [string | undefined, string][] = [
      [await issue({ ...person, audience: 'other' }), '500131'],
      [await issue({ ...person, validity: 'expired' }), '500133'],
      [await issue({ ...person, validity: 'not-yet-valid' }), '500133'],
      [await issue({ ...person, signedBy: 'stranger' }), '50013'],
      [await issue({ tenantId, audience, roles: ['Token.Read'] }), '7000114'],
      [await issue({ ...person, claims: { oid: 'nobody' } }), '50034'],
      ['no jwt', '50013'],
      [undefined, '900144'],
    ];
    for (const [assertion, code] of cases) {
      const [status, , refusedWith] = refusalOf(await postOnBehalfOf(assertion));
      expect([status, refusedWith]).toEqual([400, code]);
    }
  });

  test('requested_token_use is required', async () => {
    const assertion = await emulators.entra.issueCallerToken({ tenantId, audience, upn: ada.upn });
    expect(refusalOf(await postOnBehalfOf(assertion, { requested_token_use: undefined }))[2]).toBe('900144');
  });

  test('a person who must pass MFA causes a claims challenge until the state is reset', async () => {
    const assertion = await emulators.entra.issueCallerToken({ tenantId, audience, upn: ada.upn });
    emulators.entra.requireInteraction({ tenantId, upn: ada.upn });
    const challenged = await postOnBehalfOf(assertion);
    emulators.entra.requireInteraction({ tenantId, upn: ada.upn }, false);
    expect(refusalOf(challenged)).toEqual([400, 'interaction_required', '50076']);
    expect(JSON.parse(String(challenged.body['claims']))).toHaveProperty('access_token.capolids.essential', true);
    expect((await postOnBehalfOf(assertion)).status).toBe(200);
  });
});

describe('caller tokens', () => {
  test('an app-only token is marked as one and has no scp', async () => {
    const token = await emulators.entra.issueCallerToken({ tenantId, audience: 'a', clientId: 'c', roles: ['R'] });
    const claims = decodeJwt(token);
    expect(claims).toMatchObject({ aud: 'a', azp: 'c', idtyp: 'app', roles: ['R'], tid: tenantId, ver: '2.0' });
    expect(claims).not.toHaveProperty('scp');
  });

  test('a delegated token names the person, their groups and the scopes', async () => {
    const upn = 'grouped@contoso.onmicrosoft.example';
    emulators.entra.addUser({ tenantId, upn, password: 'p', oid: 'o-1', groups: ['g-1'] });
    const options = { tenantId, audience: 'a', upn, scopes: ['Tokens.Read'], version: 1 } as const;
    expect(decodeJwt(await emulators.entra.issueCallerToken(options))).toMatchObject({
      iss: `https://sts.windows.net/${tenantId}/`,
      oid: 'o-1',
      upn,
      groups: ['g-1'],
      scp: 'Tokens.Read',
      ver: '1.0',
    });
  });

  test('claims can be replaced and left out', async () => {
    const claims = { tid: 'other', uti: undefined };
    const decoded = decodeJwt(await emulators.entra.issueCallerToken({ tenantId, audience: 'a', claims }));
    expect(decoded['tid']).toBe('other');
    expect(decoded).not.toHaveProperty('uti');
  });
});
