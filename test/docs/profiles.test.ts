import { CLOUDS } from '../../src/config/clouds.ts';
import type { Profile } from '../../src/config/profiles/profile.ts';
import { readProfilesFile, type ProfilesFile } from '../../src/config/profiles/read-profiles-file.ts';
import { bearer, ENTRA_CALLERS } from '../support/entra-callers.ts';
import { seed, startScenario } from '../support/scenario.ts';
import { blocksOf, readDocument, readDocuments, sectionOf, tablesOf } from './markdown.ts';

const document = readDocument('docs/profiles.md');

function read(json: string): ProfilesFile {
  return readProfilesFile(json, {
    fileName: 'profiles.json',
    cloudOf: (name = 'public') => CLOUDS[name],
    readRedirectUri: () => 'https://contoso.example/api/auth/callback',
    callerModes: undefined,
    hasDefaultSettings: true,
  });
}

const files = readDocuments().flatMap((document) =>
  blocksOf(document, 'json profiles.json').map((json, index): [string, number, string] => [document.path, index, json]),
);

test.each(files)('profiles.json in %s, no. %#, has no fault', (_path, _index, json) => {
  const { fileFaults, profileFaults } = read(json);
  expect([fileFaults, [...profileFaults]]).toEqual([[], []]);
});

test('every JSON that looks like a profiles.json in these documents is marked as one', () => {
  const unmarked = [document, readDocument('docs/callers.md')].flatMap((document) =>
    blocksOf(document, 'json').filter((json) => /"(profiles|grants)":/.test(json)),
  );
  expect(unmarked).toEqual([]);
});

test('every grant type, every kind of credential and every member for other issuers is shown', () => {
  const profiles = blocksOf(document, 'json profiles.json').flatMap((json) => [...read(json).profiles.values()]);
  expect(new Set(profiles.map(kindOf))).toEqual(
    new Set([
      'client_credentials secret',
      'client_credentials certificate',
      'client_credentials managed-identity',
      'managed_identity',
      'password secret',
      'on_behalf_of secret',
      'authorization_code secret',
    ]),
  );
});

function kindOf(profile: Profile): string {
  return profile.grant === 'managed_identity' ? profile.grant : `${profile.grant} ${profile.credential.kind}`;
}

test('the table of clouds matches the program', () => {
  const [[, ...rows] = []] = tablesOf(sectionOf(document, '## Clouds'));
  expect(rows).toEqual(
    Object.entries(CLOUDS).map(([name, cloud]) =>
      [
        name,
        cloud.authority,
        cloud.powerBiResource,
        cloud.powerBiApiUrl,
        cloud.keyVaultSuffix,
        cloud.federatedAudience,
      ].map((cell) => `\`${cell}\``),
    ),
  );
});

describe('against the stand-ins', () => {
  const scenario = startScenario();

  // Profiles of foreign hosts and other clouds are only parsed, not tried.
  const tried = blocksOf(document, 'json profiles.json')
    .filter((json) => !/\.example\/|"cloud"/.test(json))
    .flatMap((json) => [...read(json).profiles.values()].map((profile) => ({ json, profile })));

  test('every grant type has a profile to try', () => {
    expect(new Set(tried.map(({ profile }) => profile.grant)).size).toBe(5);
  });

  test.each(tried.map(({ json, profile }): [string, string, Profile] => [profile.name, json, profile]))(
    'the profile "%s" works unchanged',
    async (name, json, { grant }) => {
      const profilesJson = json.replaceAll(
        /https:\/\/(login\.microsoftonline\.com|localhost:7082)/g,
        scenario.entra.url,
      );
      const app = scenario.startApp({
        files: { 'profiles.json': profilesJson },
        settings: {
          ...(grant === 'on_behalf_of' ? ENTRA_CALLERS : {}),
          SIGN_IN_REDIRECT_URI: seed.personApp.redirectUri,
        },
      });
      if (grant === 'authorization_code') {
        const { status, headers } = await app.request('signIn', { query: `?profile=${name}` });
        expect([status, new URL(headers.get('location') ?? '').origin]).toEqual([302, scenario.entra.url]);
        return;
      }
      const headers = grant === 'on_behalf_of' ? await bearer(scenario) : {};
      const { status, body } = await app.token({ params: { profile: name }, headers });
      expect([status, body['profile']]).toEqual([200, name]);
    },
  );
});
