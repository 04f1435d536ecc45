import { ServiceError } from '../../src/errors.ts';
import { createProfiles, type ServedProfile } from '../../src/profiles/profiles.ts';
import { readConfig } from '../../src/config/read-config.ts';
import type { TokenEndpoint } from '../../src/tokens/token-endpoint.ts';
import { sound } from '../support/sound-config.ts';
import { the } from '../support/the.ts';

const { profiles: settings } = sound(
  readConfig({ KEY_VAULT_URI: the.vaultUrl, IDENTITY_ENDPOINT: 'http://127.0.0.1:42', IDENTITY_HEADER: 'h' }, () =>
    JSON.stringify({ profiles: { default: { grant: 'managed_identity' }, sales: { grant: 'managed_identity' } } }),
  ),
);
const endpoint: TokenEndpoint = {
  cacheKey: 'none',
  requestToken: () => Promise.reject(new Error('This test requests no token.')),
};
const served: ServedProfile[] = [...settings.values()]
  .filter((profile) => profile.grant === 'managed_identity')
  .map((profile) => ({ kind: 'own', name: profile.name, settings: profile, endpoint }));
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

test('a profile is found by its name; without a name it is default', () => {
  expect([find('sales'), find('default'), find(undefined)]).toEqual(['sales', 'default', 'default']);
});

test('a profile with faults reports all of them', () => {
  expect(find('broken')).toEqual([
    'misconfigured',
    'profiles.json: profiles.broken.tenantId is missing; profiles.json: profiles.broken.clientId is missing.',
  ]);
});

test.each(['Sales', 'constructor', '__proto__', 'toString', 'get', 'size'])(
  'a well-formed name without a profile is quoted: %s',
  (name) => {
    expect(find(name)).toEqual(['unknown_profile', `There is no profile "${name}".`]);
  },
);

test.each(['', 'sales ', '<b>', '../sales', 'x'.repeat(65)])('a malformed name is not quoted: %j', (name) => {
  expect(find(name)).toEqual(['unknown_profile', 'The URL ends in the name of a profile that does not exist.']);
});
