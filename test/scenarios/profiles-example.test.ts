import { readFileSync } from 'node:fs';
import { startScenario, seed, type TestApp } from '../support/scenario.ts';
import { ADA, bearer, ENTRA_CALLERS } from '../support/entra-callers.ts';
import { claimsOf } from '../support/issuer-requests.ts';

const { app, personApp, userAssignedIdentity, users } = seed;
const EXAMPLE = readFileSync('profiles.example.json', 'utf8');
const ENTRA_ON_ITS_USUAL_PORT = 'https://localhost:7082';

const scenario = startScenario();
let testApp: TestApp;
beforeAll(() => {
  testApp = scenario.startApp({
    settings: ENTRA_CALLERS,
    files: { 'profiles.json': EXAMPLE.replaceAll(ENTRA_ON_ITS_USUAL_PORT, scenario.entra.url) },
  });
});

test.each([
  ['default', { appid: app.clientId }],
  ['service-principal', { appid: app.clientId }],
  ['certificate', { appid: personApp.clientId }],
  ['no-secret', { appid: personApp.clientId }],
  ['managed-identity', { oid: userAssignedIdentity.principalId }],
  ['master-user', { oid: users.ada.oid, appid: personApp.clientId }],
  ['on-behalf-of', { oid: users.ada.oid, appid: personApp.clientId }],
  ['entra-v1', { appid: app.clientId }],
  ['other-issuer', { appid: personApp.clientId }],
])('the profile %s of profiles.example.json works unchanged against the stand-ins', async (profile, claims) => {
  const { status, body } = await testApp.token({ params: { profile }, headers: await bearer(scenario, ADA) });

  expect([status, body['profile']]).toEqual([200, profile]);
  expect(claimsOf(body)).toMatchObject({ ...claims, aud: 'https://analysis.windows.net/powerbi/api' });
});

test('a caller that may get the token of service-principal may also list its datasets', async () => {
  const { status, body } = await testApp.request('datasetsOfProfile', {
    params: { profile: 'service-principal' },
    query: `?workspace=${seed.workspace.id}`,
    headers: await bearer(scenario, ADA),
  });

  expect([status, (body['value'] as { name: string }[]).map(({ name }) => name)]).toEqual([200, ['Sales', 'Payroll']]);
});

test('readiness passes for all of them', async () => {
  const { status, body } = await testApp.request('readiness', { headers: await bearer(scenario, ADA) });

  expect([status, body['status']]).toEqual([200, 'pass']);
});
