import { describeMisspelledVariables, describeUnknownSettings } from '../../../local/start/settings-notices.ts';

const known = ['CALLER_AUTH', 'KEY_VAULT_URI', 'PUBLIC_URL'];

function noticesFor(localSettings: unknown): readonly string[] {
  return describeUnknownSettings(JSON.stringify(localSettings, null, 2), known);
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
    { Values: { CALLER_AUTH: 'key', CALER_AUTH: 'none' } },
    'line 4: the setting CALER_AUTH is unknown and has no effect. Did you mean CALLER_AUTH?',
  ],
  [
    'different case',
    { Values: { caller_auth: 'none' } },
    'line 3: the setting caller_auth is unknown and has no effect. Did you mean CALLER_AUTH?',
  ],
  [
    'a name that resembles no setting',
    { Values: { COLOUR: 'red' } },
    'line 3: the setting COLOUR is unknown and has no effect.',
  ],
  [
    'Value instead of Values',
    { Value: {} },
    'line 2: the property Value is unknown, so the app gets no setting of it. Did you mean Values?',
  ],
  ['a typo in Host', { Host: { Cors: '*' } }, 'line 3: Host.Cors is unknown and has no effect. Did you mean CORS?'],
])('%s in local.settings.json is reported with its line', (_what, localSettings, notice) => {
  expect(noticesFor(localSettings)).toEqual([`local.settings.json, ${notice}`]);
});

test.each([
  ['a client secret of Entra in a setting of the app', 'KEY_VAULT_URI', `abc8Q~${'x'.repeat(34)}`],
  ['a token in a setting of the host', 'AzureWebJobsStorage', 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhZGEifQ.c2ln'],
  ['any value of an unknown setting whose name ends in SECRET', 'POWERBI_CLIENT_SECRET', 'hunter2'],
  ['any value of an unknown setting whose name ends in PASSWORD', 'MASTER_USER_PASSWORD', 'hunter2'],
])('%s is reported once, without the value', (_what, name, value) => {
  expect(noticesFor({ Values: { [name]: value } })).toEqual([
    `local.settings.json, line 3: the setting ${name} has a value that looks like a secret. The app reads secrets only ` +
      'from Key Vault. Remove the value, and rotate the secret if it is a real one.',
  ]);
});

test.each([
  ['a blank', 'http://a.example, http://localhost:3000', '" http://localhost:3000"'],
  ['a trailing slash', 'http://localhost:3000/', '"http://localhost:3000/"'],
  ['upper case', 'http://Localhost:3000', '"http://Localhost:3000"'],
])('an origin in Host.CORS with %s is reported', (_what, CORS, origin) => {
  expect(noticesFor({ Host: { CORS } })).toEqual([
    `local.settings.json, line 3: Host.CORS has ${origin}, which matches no browser. Write origins as browsers send them, ` +
      'such as http://localhost:3000: no spaces, no trailing slash, lower case.',
  ]);
});

test.each([
  ['a missing file', ''],
  ['a list', '[]'],
])('%s has no notices, because its own error says more', (_what, text) => {
  expect(describeUnknownSettings(text, known)).toEqual([]);
});

test('a misspelt environment variable is reported, and an unrelated one is not', () => {
  expect(describeMisspelledVariables({ CALER_AUTH: 'none', PATH: '/bin', CALLER_AUTH: 'key' }, known)).toEqual([
    'The environment variable CALER_AUTH is unknown. Did you mean CALLER_AUTH?',
  ]);
});
