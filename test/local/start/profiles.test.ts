import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readStartProfiles, type StartProfiles } from '../../../local/start/profiles.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'profiles-'));
});
afterEach(() => {
  rmSync(directory, { recursive: true });
});

function read(content: unknown): StartProfiles {
  writeFileSync(join(directory, 'profiles.json'), typeof content === 'string' ? content : JSON.stringify(content));
  return readStartProfiles(directory);
}

const anyone = [{ anyone: true }];
const flow = [{ appid: '5f6a1c3e-2b7d-4c58-9e0a-1d2f3b4c5a60' }];
const token = ['token'];
const profiles = {
  sales: { grant: 'client_credentials' },
  own: { grant: 'managed_identity' },
  caller: { grant: 'on_behalf_of' },
};

test('without a file the default profile is requested first', () => {
  expect(readStartProfiles(directory)).toEqual({ hasDefault: false, first: 'default' });
});

test('a byte order mark before the JSON is accepted, as the app accepts it', () => {
  expect(read('\ufeff{ "profiles": { "default": {} } }').hasDefault).toBe(true);
});

test('PROFILES_FILE names another file', () => {
  writeFileSync(join(directory, 'other.json'), '{ "profiles": { "default": {} } }');
  expect(readStartProfiles(directory, 'other.json')).toEqual({ hasDefault: true, first: 'default' });
});

test.each(['no JSON', '[]', { profiles: 1, grants: 1 }, { grants: [{ profiles: 'sales' }] }])(
  'a faulty file, %j, counts as empty: the function app reports its faults',
  (content) => {
    expect(read(content)).toEqual({ hasDefault: false, first: 'default' });
  },
);

test('a profile "default" in the file is found, faulty or not', () => {
  expect(read({ profiles: { ...profiles, default: { grant: 'client_credentials' } } }).hasDefault).toBe(true);
  expect(read({ profiles: { default: 'faulty' } }).hasDefault).toBe(true);
});

test.each<[description: string, grants: unknown[], first: string]>([
  ['no grants', [], 'default'],
  ['one that names default', [{ callers: anyone, profiles: ['sales', 'default'], actions: token }], 'default'],
  ['one for another profile', [{ callers: anyone, profiles: ['sales', 'own'], actions: token }], 'sales'],
  ['one without the action token', [{ callers: anyone, profiles: ['sales'], actions: ['datasets'] }], 'default'],
  ['one in audit mode', [{ callers: anyone, profiles: ['sales'], actions: token, mode: 'audit' }], 'default'],
  ['one for a single caller', [{ callers: flow, profiles: ['sales'], actions: token }], 'sales'],
  [
    'one for a single caller and one for anyone',
    [
      { callers: flow, profiles: ['sales'], actions: token },
      { callers: anyone, profiles: ['own'], actions: token },
    ],
    'own',
  ],
  [
    'default for a single caller and one for anyone',
    [
      { callers: flow, profiles: ['default'], actions: token },
      { callers: anyone, profiles: ['own'], actions: token },
    ],
    'own',
  ],
  ["one for a person's profile and another", [{ callers: anyone, profiles: ['caller', 'own'], actions: token }], 'own'],
  ["only one for a person's profile", [{ callers: anyone, profiles: ['caller'], actions: token }], 'caller'],
])('the grants decide which profile is requested first: %s', (_, grants, first) => {
  expect(read({ profiles, grants })).toEqual({ hasDefault: false, first });
});
