import { readFileSync } from 'node:fs';
import { seed } from '../../../../local/emulators/emulators.ts';
import { demoAppSettings } from '../../../../local/start/demo/prepare-demo-app.ts';
import { startScenario } from '../../../support/scenario.ts';

const scenario = startScenario();

test('the settings and grants of the demo app are valid and name objects of the stand-ins', async () => {
  const json = readFileSync('local/start/demo/profiles.json', 'utf8');
  const app = scenario.startApp({ settings: demoAppSettings, files: { 'profiles.json': json } });
  const bearer = await scenario.entra.issueCallerToken({
    tenantId: seed.tenantId,
    audience: demoAppSettings.CALLER_AUDIENCE,
    upn: seed.users.ada.upn,
  });
  const headers = { authorization: `Bearer ${bearer}` };
  const { status, body } = await app.request('token', { headers });

  // The grants allow people reports, not the token: the configuration is valid and refuses this request.
  expect([status, body['code']]).toEqual([403, 'forbidden']);
  expect(json).toContain(seed.workspace.id);
  expect(json).toContain(seed.tenantId);
});
