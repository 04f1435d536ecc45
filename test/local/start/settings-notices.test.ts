import { describeMisspelledVariables, describeUnknownSettings } from '../../../local/start/settings-notices.ts';

const known = ['CALLER_AUTH', 'KEY_VAULT_URI', 'PUBLIC_URL'];

function noticesFor(localSettings: unknown): readonly string[] {
  return describeUnknownSettings(localSettings, known);
}

test('settings of the app, of the host and of Node.js are known', () => {
  const Values = { CALLER_AUTH: '', AzureWebJobsStorage: '', FUNCTIONS_WORKER_RUNTIME: 'node', NODE_OPTIONS: '' };

  expect(
    noticesFor({ IsEncrypted: false, Values, Host: { LocalHttpPort: 1, CORS: '*', CORSCredentials: false } }),
  ).toEqual([]);
});

test.each([
  [
    'a typo',
    { Values: { CALER_AUTH: 'none' } },
    'the setting CALER_AUTH is unknown and has no effect. Did you mean CALLER_AUTH?',
  ],
  [
    'different case',
    { Values: { caller_auth: 'none' } },
    'the setting caller_auth is unknown and has no effect. Did you mean CALLER_AUTH?',
  ],
  [
    'a name that resembles no setting',
    { Values: { COLOUR: 'red' } },
    'the setting COLOUR is unknown and has no effect.',
  ],
  ['Value instead of Values', { Value: {} }, 'the property Value is unknown and has no effect. Did you mean Values?'],
  ['a typo in Host', { Host: { Cors: '*' } }, 'Host.Cors is unknown and has no effect. Did you mean CORS?'],
])('%s in local.settings.json is reported', (_what, localSettings, notice) => {
  expect(noticesFor(localSettings)).toEqual([`local.settings.json: ${notice}`]);
});

test.each([
  ['a blank', 'http://a.example, http://localhost:3000', '" http://localhost:3000"'],
  ['a trailing slash', 'http://localhost:3000/', '"http://localhost:3000/"'],
  ['upper case', 'http://Localhost:3000', '"http://Localhost:3000"'],
])('an origin in Host.CORS with %s is reported', (_what, CORS, origin) => {
  expect(noticesFor({ Host: { CORS } })).toEqual([
    `local.settings.json: Host.CORS has ${origin}, which matches no browser. Write origins as browsers send them, ` +
      'such as http://localhost:3000: no spaces, no trailing slash, lower case.',
  ]);
});

test('a misspelt environment variable is reported, and an unrelated one is not', () => {
  expect(describeMisspelledVariables({ CALER_AUTH: 'none', PATH: '/bin', CALLER_AUTH: 'key' }, known)).toEqual([
    'The environment variable CALER_AUTH is unknown. Did you mean CALLER_AUTH?',
  ]);
});
