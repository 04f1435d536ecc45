import { misconfigured } from '../../src/config/faults.ts';

const ofSetting = { name: 'KEY_VAULT_URI', problem: 'is not set' };
const ofFile = { name: 'profiles.json: profiles.sales.clientId', problem: 'is missing (line 3, column 5)' };
const ofWholeFile = { name: 'profiles.json', problem: 'is empty' };

const PORTAL = 'Correct these settings in the portal';
const FILE = 'Correct the file. In local development save it, in Azure deploy it again';

test.each([
  ['of settings', [ofSetting], [PORTAL]],
  ['of the file', [ofFile, ofWholeFile], [FILE]],
  ['of both', [ofSetting, ofFile], [PORTAL, FILE]],
])('the hint for faults %s names the place to correct, and no other', (_which, faults, places) => {
  const { hint = '' } = misconfigured(faults);

  expect([PORTAL, FILE].filter((place) => hint.includes(place))).toEqual(places);
});
