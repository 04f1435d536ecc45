import { startScenario } from '../../support/scenario.ts';
import { ADA, bearer, ENTRA_CALLERS, GRACE } from '../../support/entra-callers.ts';
import { profilesFile } from '../../support/profiles-file.ts';
import { seed } from '../../support/scenario.ts';

const scenario = startScenario();

const enforced = { callers: [{ oid: seed.users.ada.oid }], profiles: ['default'], actions: ['token'] } as const;
const audited = {
  callers: [{ roles: 'Trial' }],
  profiles: ['default'],
  actions: ['token'],
  mode: 'audit',
} as const;
const grantsOf = (...grants: unknown[]) => ({ 'profiles.json': JSON.stringify({ grants }) });

test('a grant in audit mode changes no answer; the audit line has its decision', async () => {
  const { token, log } = scenario.startApp({ settings: ENTRA_CALLERS, files: grantsOf(enforced, audited) });

  const answers = [
    await token({ headers: await bearer(scenario, ADA) }),
    await token({ headers: await bearer(scenario, { roles: ['Trial'] }) }),
    await token({ headers: await bearer(scenario, GRACE) }),
  ];

  expect(answers.map(({ status }) => status)).toEqual([200, 403, 403]);
  expect(log.map(({ outcome, audited_grants }) => [outcome, audited_grants])).toEqual([
    ['issued', 'deny'],
    ['refused', 'allow'],
    ['refused', 'deny'],
  ]);
});

test('if all grants are in audit mode, the app behaves as without grants', async () => {
  const { token, log } = scenario.startApp({ settings: ENTRA_CALLERS, files: grantsOf(audited) });

  const { status } = await token({ headers: await bearer(scenario, ADA) });

  expect([status, log.at(-1)?.['audited_grants']]).toEqual([200, 'deny']);
});

test('without a grant in audit mode the audit line has no audited_grants', async () => {
  const { token, log } = scenario.startApp({ settings: ENTRA_CALLERS, files: grantsOf(enforced) });

  await token({ headers: await bearer(scenario, ADA) });

  expect(log.at(-1)?.['audited_grants']).toBeUndefined();
});

test('the caller reads only that no grant allows the request; the audit line says which grant is missing', async () => {
  const { token, log } = scenario.startApp({
    settings: ENTRA_CALLERS,
    files: profilesFile({
      profiles: { payroll: { grant: 'managed_identity' } },
      grants: [{ callers: [{ roles: 'Payroll.Read' }], profiles: ['payroll'], actions: ['token'] }],
    }),
  });

  const { status, body, text } = await token({ headers: await bearer(scenario, ADA), params: { profile: 'payroll' } });

  expect(status).toBe(403);
  expect(body).toEqual({
    type: 'urn:powerbi-token-function:error:forbidden',
    title: 'No grant allows this',
    status: 403,
    detail: 'No grant allows this request.',
    code: 'forbidden',
    hint: expect.stringContaining('The audit line with this id says which claim, limit or grant is missing'),
    error: 'unauthorized_client',
    error_description: 'No grant allows this request.',
    request_id: expect.any(String),
  });
  expect(text).not.toContain('Payroll');
  expect(log).toEqual([
    expect.objectContaining({
      event: 'token.refused',
      profile: 'payroll',
      reason:
        'no grant gives the action "token" on the profile "payroll" to this caller: the claims of this caller match no such grant; missing: roles',
    }),
  ]);
});

test.each([
  [
    'a v2.0 token',
    { _claim_names: { groups: 'src1' }, _claim_sources: { src1: { endpoint: 'https://graph.example' } } },
  ],
  ['a token that came in a URL', { hasgroups: true }],
])('if Entra left the groups out of %s, the audit line says so', async (_, claims) => {
  const { token, log } = scenario.startApp({
    settings: ENTRA_CALLERS,
    files: grantsOf({ ...enforced, callers: [{ groups: '7d3e9f10-5b6c-4d7e-8f90-1a2b3c4d5e6f' }] }),
  });

  const { status } = await token({ headers: await bearer(scenario, { ...ADA, claims }) });

  expect([status, log.at(-1)?.['reason']]).toEqual([
    403,
    'no grant gives the action "token" on the profile "default" to this caller: the claims of this caller match no such grant; ' +
      'missing: groups (the token lists none: group overage)',
  ]);
});

test('a grant of token does not allow datasets', async () => {
  const { request } = scenario.startApp({ settings: ENTRA_CALLERS, files: grantsOf(enforced) });

  const { status, body } = await request('datasetsOfProfile', { headers: await bearer(scenario, ADA) });

  expect([status, body['code'], body['error']]).toEqual([403, 'forbidden', undefined]);
});

test('a grant of datasets allows datasets, and no token', async () => {
  const { request, token } = scenario.startApp({
    settings: ENTRA_CALLERS,
    files: grantsOf({ ...enforced, actions: ['datasets'] }),
  });
  const headers = await bearer(scenario, ADA);

  const datasets = await request('datasetsOfProfile', { headers, query: `?workspace=${seed.workspace.id}` });
  const refused = await token({ headers });

  expect([datasets.status, datasets.body['value']]).toEqual([
    200,
    [expect.objectContaining({ name: 'Sales' }), expect.objectContaining({ name: 'Payroll' })],
  ]);
  expect([refused.status, refused.body['code']]).toEqual([403, 'forbidden']);
});
