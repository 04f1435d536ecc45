import { PLATFORM_SETTING_NAMES, SETTING_NAMES } from '../../src/config/setting-names.ts';
import { members, readBicep } from './bicep.ts';
import { tableBelow } from './markdown.ts';
import { readText } from './repository.ts';

const deployed = Object.keys(members(readBicep('infra/main.bicep'), 'settings: union(extraSettings, {'));
const leftOut = tableBelow(readText('docs/operations.md'), '## Settings').map(([name]) => String(name));

/** Settings that only the host reads. */
const hostSettings = [
  'APPLICATIONINSIGHTS_AUTHENTICATION_STRING',
  'APPLICATIONINSIGHTS_CONNECTION_STRING',
  'AzureWebJobsDisableHomepage',
  'AzureWebJobsStorage__blobServiceUri',
  'AzureWebJobsStorage__clientId',
  'AzureWebJobsStorage__credential',
  'FUNCTIONS_REQUEST_BODY_SIZE_LIMIT',
  'OVERRIDE_USE_MI_FIC_ASSERTION_CLIENTID',
];

describe('the app settings that are deployed', () => {
  test('are all settings that the program reads, except those that the operations guide leaves out', () => {
    const known = [...deployed.filter((name) => !hostSettings.includes(name)), ...leftOut];
    const read: readonly string[] = [...SETTING_NAMES, ...PLATFORM_SETTING_NAMES];
    expect(read.filter((name) => !known.includes(name))).toEqual([]);
  });

  test('include the settings of the host', () => {
    expect(hostSettings.filter((name) => !deployed.includes(name))).toEqual([]);
  });
});

describe('host.json', () => {
  const host = JSON.parse(readText('host.json')) as Record<string, unknown>;

  test('keeps the audit trail in the log, whatever default level an app setting sets', () => {
    expect(host['logging']).toMatchObject({
      logLevel: { Function: 'Information', 'Host.Function.Console': 'Information' },
    });
  });

  test('has no extension bundle: HTTP triggers need none, and the host does not start when it cannot fetch one', () => {
    expect(host).not.toHaveProperty('extensionBundle');
  });
});
