import { startScenario } from '../support/scenario.ts';

const scenario = startScenario();

test('an invalid setting is logged when the app starts', () => {
  const { log } = scenario.startApp({ settings: { CALLER_AUTH: 'keys' } });

  expect(log).toEqual([
    {
      event: 'settings.invalid',
      detail: expect.stringMatching(/^CALLER_AUTH must .+\.$/) as string,
      hint: 'Correct this setting in the portal under Settings > Environment variables (in local development: local.settings.json).',
    },
  ]);
});

test('every error of a profile is logged with the name of the profile, and without a pasted secret', () => {
  const secret = 'aBc8Q~0123456789abcdefghijklmnopqrstuvwx';
  const profile = { grant: 'client_credentials', tenantId: 'common', credential: { secret } };
  const { log } = scenario.startApp({
    files: { 'profiles.json': JSON.stringify({ profiles: { sales: profile }, grants: [] }) },
  });

  const found = log.map(({ event, profile, detail }) => ({ event, profile, path: String(detail).split(' ', 2)[1] }));
  const paths = ['tenantId', 'clientId', 'credential.secret'].map((member) => `profiles.sales.${member}`);
  expect(found).toEqual(
    expect.arrayContaining(paths.map((path) => ({ event: 'settings.invalid', profile: 'sales', path }))),
  );
  expect(JSON.stringify(log)).not.toContain(secret);
});

test('valid settings are not logged', () => {
  expect(scenario.startApp().log).toEqual([]);
});
