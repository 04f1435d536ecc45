import { randomUUID } from 'node:crypto';
import { startScenario, seed } from '../../support/scenario.ts';
import { authLevelOf } from '../../support/site-routes.ts';
import { ADA, bearer, ENTRA_CALLERS } from '../../support/entra-callers.ts';
import { anyoneMay, profilesFile } from '../../support/profiles-file.ts';

const { tenantId, personApp, users } = seed;
const EASY_AUTH = { CALLER_AUTH: 'easyauth', WEBSITE_AUTH_ENABLED: 'True' } as const;
const APP_ID = randomUUID();

const anyone = anyoneMay('default');
const scenario = startScenario();

type Claim = readonly [typ: string, val: string];

/** The header of App Service. */
function principal(claims: readonly Claim[], auth_typ = 'aad'): { 'x-ms-client-principal': string } {
  const value = {
    auth_typ,
    claims: claims.map(([typ, val]) => ({ typ, val })),
    name_typ: 'name',
    role_typ: 'roles',
  };
  return { 'x-ms-client-principal': Buffer.from(JSON.stringify(value)).toString('base64') };
}

const ada: readonly Claim[] = [
  ['aud', personApp.clientId],
  ['tid', tenantId],
  ['oid', users.ada.oid],
  ['sub', 'pairwise-subject'],
  ['preferred_username', users.ada.upn],
  ['roles', 'Token.Get'],
];
const application: readonly Claim[] = [
  ['tid', tenantId],
  ['oid', APP_ID],
  ['sub', APP_ID],
  ['azp', APP_ID],
];

test('a person who signed in through App Service is accepted: its principal is from an ID token, which has no scopes', async () => {
  const { token, log } = scenario.startApp({ settings: EASY_AUTH });

  const { status } = await token({ headers: principal(ada) });

  expect(status).toBe(200);
  expect(log).toEqual([expect.objectContaining({ event: 'token.issued', caller: `${tenantId}/${users.ada.oid}` })]);
});

test.each<Claim>([
  ['_claim_names', '{"groups":"src1"}'],
  ['hasgroups', 'true'],
])('if Entra left the groups out (%s), the audit line says so', async (...claim) => {
  const { token, log } = scenario.startApp({
    settings: EASY_AUTH,
    files: profilesFile({ grants: [{ callers: [{ groups: APP_ID }], profiles: ['default'], actions: ['token'] }] }),
  });

  const { status } = await token({ headers: principal([...ada, claim]) });

  expect([status, log.at(-1)?.['reason']]).toEqual([
    403,
    'no grant gives the action "token" on the profile "default" to this caller: the claims of this caller match no such grant; ' +
      'missing: groups (the token lists none: group overage)',
  ]);
});

test('claims with long names are recognised', async () => {
  const { token, log } = scenario.startApp({
    settings: EASY_AUTH,
    files: profilesFile({
      grants: [
        {
          callers: [{ tid: tenantId, oid: users.ada.oid, roles: 'Reader', scp: 'access_as_user' }],
          profiles: ['default'],
          actions: ['token'],
        },
      ],
    }),
  });

  const { status } = await token({
    headers: principal([
      ['http://schemas.microsoft.com/identity/claims/tenantid', tenantId.toUpperCase()],
      ['http://schemas.microsoft.com/identity/claims/objectidentifier', users.ada.oid.toUpperCase()],
      ['http://schemas.microsoft.com/identity/claims/scope', 'openid access_as_user'],
      ['http://schemas.microsoft.com/ws/2008/06/identity/claims/role', 'Writer'],
      ['http://schemas.microsoft.com/ws/2008/06/identity/claims/role', 'Reader'],
    ]),
  });

  expect([status, log.at(-1)?.['caller']]).toEqual([200, `${tenantId}/${users.ada.oid}`]);
});

test.each([
  ['every group of a person counts', [...ada, ['groups', 'g-1'], ['groups', 'g-2']] as const, 200],
  ['other groups do not match', [...ada, ['groups', 'g-1']] as const, 403],
])('%s', async (_what, claims, status) => {
  const { token } = scenario.startApp({
    settings: EASY_AUTH,
    files: profilesFile({ grants: [{ callers: [{ groups: 'g-2' }], profiles: ['default'], actions: ['token'] }] }),
  });

  expect((await token({ headers: principal(claims) })).status).toBe(status);
});

test.each([
  ['without a role is forbidden', application, 403],
  ['without a role is forbidden, also if its principal has no application id', application.slice(0, 3), 403],
  ['with a role is accepted', [...application, ['roles', 'Token.Get'] as const], 200],
])('an application that calls through App Service %s', async (_what, claims, status) => {
  const { token } = scenario.startApp({ settings: EASY_AUTH });

  expect((await token({ headers: principal(claims) })).status).toBe(status);
});

test.each([
  ['of another tenant', principal(ada.map(([typ, val]) => [typ, typ === 'tid' ? randomUUID() : val])), 'tid'],
  ['without an object id', principal(ada.filter(([typ]) => typ !== 'oid')), 'tid, oid'],
  ['without a tenant', principal(ada.filter(([typ]) => typ !== 'tid')), 'tid, oid'],
  ['of another identity provider', principal(ada, 'google'), 'auth_typ'],
  ['that is not base64', { 'x-ms-client-principal': '%%%' }, 'form'],
  ['that is not JSON', { 'x-ms-client-principal': Buffer.from('tid=1').toString('base64') }, 'form'],
  ['that is a list', { 'x-ms-client-principal': Buffer.from('[]').toString('base64') }, 'form'],
  [
    'whose claims are not a list',
    { 'x-ms-client-principal': Buffer.from('{"auth_typ":"aad","claims":{"tid":"1"}}').toString('base64') },
    'form',
  ],
  ['that is missing', {}, 'none'],
])('a principal %s is unauthorized', async (_what, headers, reason) => {
  const { token, log } = scenario.startApp({ settings: EASY_AUTH });

  const answer = await token({ headers });

  expect([answer.status, answer.body['code'], log.at(-1)?.['reason']]).toEqual([401, 'unauthorized', reason]);
  expect(answer.headers.get('www-authenticate')).toBe('Bearer');
});

test('a second object id is ignored: a claim with a single value is the first one', async () => {
  const { token, log } = scenario.startApp({ settings: EASY_AUTH });

  await token({ headers: principal([...ada, ['oid', users.grace.oid]]) });

  expect(log.at(-1)).toMatchObject({ caller: `${tenantId}/${users.ada.oid}` });
});

test('with "entra,easyauth" either credential is accepted, and a principal does not replace a bearer token that does not verify', async () => {
  const { token } = scenario.startApp({
    settings: { ...ENTRA_CALLERS, ...EASY_AUTH, CALLER_AUTH: ' easyauth , entra' },
  });

  const answers = [
    await token({ headers: principal(ada) }),
    await token({ headers: await bearer(scenario, ADA) }),
    await token({ headers: { ...principal(ada), authorization: 'Bearer forged' } }),
    await token(),
  ];

  expect(answers.map(({ status }) => status)).toEqual([200, 200, 401, 401]);
});

test('with only easyauth, a bearer token that the program must verify itself is refused', async () => {
  const { token } = scenario.startApp({ settings: { ...EASY_AUTH, CALLER_AUDIENCE: personApp.clientId } });

  const { status, body } = await token({ headers: await bearer(scenario, ADA) });

  expect([status, body['hint']]).toEqual([401, 'Sign in through App Service Authentication: /.auth/login/aad.']);
});

test.each([undefined, '', 'false', '1', 'yes'])(
  'while WEBSITE_AUTH_ENABLED is %j no header is accepted: every route is misconfigured, also readiness',
  async (value) => {
    const app = scenario.startApp({ settings: { CALLER_AUTH: 'easyauth', WEBSITE_AUTH_ENABLED: value } });

    const answers = [await app.token({ headers: principal(ada) }), await app.readiness()];

    expect(answers.map(({ status, body }) => [status, body['code']])).toEqual([
      [500, 'misconfigured'],
      [500, 'misconfigured'],
    ]);
    expect(authLevelOf(app.app)).toBe('anonymous');
  },
);

test('a principal of Static Web Apps is refused, and named as such', async () => {
  const { token } = scenario.startApp({ settings: EASY_AUTH });
  const value = { identityProvider: 'aad', userId: 'd75b260a64504067', userDetails: 'ada', userRoles: ['anonymous'] };
  const header = Buffer.from(JSON.stringify(value)).toString('base64');

  const { status, body } = await token({ headers: { 'x-ms-client-principal': header } });

  expect([status, body['detail']]).toEqual([401, expect.stringContaining('Azure Static Web Apps')]);
});

test('claims whose value is not text are skipped', async () => {
  const { token } = scenario.startApp({ settings: EASY_AUTH, files: profilesFile({ grants: [anyone] }) });
  const claims = [...ada.map(([typ, val]) => ({ typ, val })), { typ: 'exp', val: 1 }, { typ: 'roles', val: null }];
  const header = Buffer.from(JSON.stringify({ auth_typ: 'aad', claims })).toString('base64');

  expect((await token({ headers: { 'x-ms-client-principal': header } })).status).toBe(200);
});
