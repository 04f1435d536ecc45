import { readFileSync } from 'node:fs';
import { startEmulators, type Emulators } from '../../../local/emulators/emulators.ts';
import { PLATFORM_SETTING_NAMES, SETTING_NAMES } from '../../../src/config/setting-names.ts';

const { Values } = JSON.parse(readFileSync('local.settings.example.json', 'utf8')) as {
  Values: Record<string, string>;
};

let emulators: Emulators;
beforeAll(async () => {
  emulators = await startEmulators();
});
afterAll(() => emulators.close());

test('local.settings.example.json has every setting except the one that func sets', () => {
  const names = [...SETTING_NAMES, ...PLATFORM_SETTING_NAMES].filter((name) => name !== 'AZURE_FUNCTIONS_ENVIRONMENT');

  expect(Object.keys(Values).sort()).toEqual([...names, 'AzureWebJobsStorage', 'FUNCTIONS_WORKER_RUNTIME'].sort());
});

test('local.settings.example.json has the URLs of the stand-ins, on their default ports', () => {
  const portOf: Record<string, string> = {
    IDENTITY_ENDPOINT: '7080',
    KEY_VAULT_URI: '7081',
    AZURE_AUTHORITY_HOST: '7082',
    POWERBI_API_URL: '7083',
  };
  const onUsualPorts = Object.entries(emulators.settings).map(([name, value]) => {
    return [name, portOf[name] === undefined ? value : value.replace(/:\d+/, `:${portOf[name]}`)];
  });
  const expected: Record<string, string> = Object.fromEntries(onUsualPorts) as Record<string, string>;
  delete expected['AZURE_FUNCTIONS_ENVIRONMENT'];

  expect(Values).toMatchObject({ ...expected, IDENTITY_HEADER: 'local-stack-identity-header' });
});

test('README names the settings that npm start sets itself', () => {
  const readme = readFileSync('README.md', 'utf8');
  const [, named = ''] =
    /`npm start` sets these itself and ignores their values in the file:\s+(.*?)\.\s/s.exec(readme) ?? [];

  expect([...named.matchAll(/`([A-Z_]+)`/g)].map(([, name]) => name).sort()).toEqual(
    Object.keys(emulators.settings)
      .filter((name) => name in Values)
      .sort(),
  );
});
