import { ServiceError } from '../../src/errors.ts';
import { createProfiles, type ServedProfile } from '../../src/profiles/profiles.ts';
import { readConfig } from '../../src/config/read-config.ts';
import { the } from '../support/the.ts';

const { profiles: settings } = readConfig(
  { KEY_VAULT_URI: the.vaultUrl, IDENTITY_ENDPOINT: 'http://127.0.0.1:42', IDENTITY_HEADER: 'h' },
  () => JSON.stringify({ profiles: { default: { grant: 'managed_identity' }, sales: { grant: 'managed_identity' } } }),
);
const served: ServedProfile[] = [...settings.values()].map((profile) => ({
  name: profile.name,
  settings: profile,
  endpoint: undefined,
  endpointFor: () => {
    throw new Error('Nobody asks for a token here.');
  },
}));
const profiles = createProfiles(
  served,
  new Map([
    [
      'broken',
      [
        { name: 'profiles.json: profiles.broken.tenantId', problem: 'is missing' },
        { name: 'profiles.json: profiles.broken.clientId', problem: 'is missing' },
      ],
    ],
  ]),
);

const find = (name: string | undefined): unknown => {
  try {
    return profiles.find(name).name;
  } catch (error) {
    return error instanceof ServiceError ? [error.code, error.message] : error;
  }
};

test('a profile is found by its name, and default where none is named', () => {
  expect([find('sales'), find('default'), find(undefined)]).toEqual(['sales', 'default', 'default']);
});

test('a profile with faults tells all of them', () => {
  expect(find('broken')).toEqual([
    'misconfigured',
    'profiles.json: profiles.broken.tenantId is missing; profiles.json: profiles.broken.clientId is missing.',
  ]);
});

test.each(['', 'Sales', 'sales ', 'constructor', '__proto__', 'toString', 'get', 'size'])(
  '%j is no profile',
  (name) => {
    expect(find(name)).toEqual(['unknown_profile', 'There is no profile of the name that the address ends in.']);
  },
);
