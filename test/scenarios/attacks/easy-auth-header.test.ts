import { startScenario, seed } from '../../support/scenario.ts';
import { bearer, ENTRA_CALLERS } from '../../support/entra-callers.ts';
import { openProfiles, profilesFile } from '../../support/profiles-file.ts';

const { tenantId, users } = seed;
const FORGED = {
  'x-ms-client-principal': Buffer.from(
    JSON.stringify({
      auth_typ: 'aad',
      claims: [
        { typ: 'tid', val: tenantId },
        { typ: 'oid', val: users.ada.oid },
        { typ: 'roles', val: 'Admin' },
        { typ: 'scp', val: 'access_as_user' },
      ],
    }),
  ).toString('base64'),
  'x-ms-client-principal-id': users.ada.oid,
  'x-ms-client-principal-name': users.ada.upn,
  'x-ms-client-principal-idp': 'aad',
} as const;
const forAda = profilesFile({
  grants: [{ callers: [{ oid: users.ada.oid }, { roles: 'Admin' }], profiles: ['default'], actions: ['token'] }],
});

const scenario = startScenario();

test('a forged Easy Auth header is ignored while App Service Authentication is off', async () => {
  const { token } = scenario.startApp({ settings: { CALLER_AUTH: 'easyauth' }, files: forAda });

  const { status, body } = await token({ headers: FORGED });

  expect([status, body['code']]).toEqual([500, 'misconfigured']);
});

test('a forged Easy Auth header is not a credential with CALLER_AUTH=entra', async () => {
  const { token } = scenario.startApp({
    settings: { ...ENTRA_CALLERS, WEBSITE_AUTH_ENABLED: 'true' },
    files: forAda,
  });

  const { status, body } = await token({ headers: FORGED });

  expect([status, body['code'], body['detail']]).toEqual([
    401,
    'unauthorized',
    'The request has no caller credential.',
  ]);
});

test('a forged Easy Auth header adds no roles to a bearer token', async () => {
  const { token } = scenario.startApp({
    settings: { ...ENTRA_CALLERS, WEBSITE_AUTH_ENABLED: 'true' },
    files: forAda,
  });

  const { status, body } = await token({ headers: { ...FORGED, ...(await bearer(scenario, users.grace)) } });

  expect([status, body['code']]).toEqual([403, 'forbidden']);
});

test('a forged Easy Auth header does not identify the holder of a function key', async () => {
  const { token, log } = scenario.startApp({ settings: { CALLER_AUTH: 'key' }, files: forAda });

  const { status, body } = await token({ headers: FORGED });

  expect([status, body['code'], log.at(-1)?.['caller']]).toEqual([403, 'forbidden', 'key']);
});

test('a principal of Easy Auth has no token to exchange on behalf of a person', async () => {
  const { token } = scenario.startApp({
    settings: { CALLER_AUTH: 'easyauth', WEBSITE_AUTH_ENABLED: 'true' },
    files: openProfiles({
      own: {
        grant: 'on_behalf_of',
        tenantId,
        clientId: seed.personApp.clientId,
        credential: { secret: seed.personApp.secretName },
      },
    }),
  });

  const { status, body } = await token({ headers: FORGED, params: { profile: 'own' } });

  expect([status, body['code']]).toEqual([403, 'forbidden']);
});
