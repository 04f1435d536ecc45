import { misconfigured } from '../../src/config/faults.ts';

const ofSetting = { name: 'KEY_VAULT_URI', problem: 'is not set' };
const ofFile = { name: 'profiles.json: profiles.sales.clientId', problem: 'is missing (line 3, column 5)' };
const ofWholeFile = { name: 'profiles.json', problem: 'is empty' };

const ANOTHER = { name: 'POWERBI_CLIENT_ID', problem: 'is not set' };

const PORTAL = 'in the portal under Settings > Environment variables (in local development: local.settings.json).';
const FILE =
  'Correct the file (with "$schema" in it, an editor marks most errors). In local development save it, in Azure deploy it again (npm run package).';
const THEN = 'Afterwards /api/health/ready shows whether errors remain.';

test.each([
  ['of one setting', [ofSetting], `Correct this setting ${PORTAL} ${THEN}`],
  ['of settings', [ofSetting, ANOTHER], `Correct these settings ${PORTAL} ${THEN}`],
  ['of the file', [ofFile, ofWholeFile], `${FILE} ${THEN}`],
  [
    'of both',
    [ofSetting, ofFile],
    `Correct this setting ${PORTAL} The other names begin with the file that they are in. ${FILE} ${THEN}`,
  ],
])('the hint for faults %s names the place to correct, and no other', (_which, faults, hint) => {
  expect(misconfigured(faults).hint).toBe(hint);
});
