import { describeAudience } from '../../src/callers/describe-audience.ts';

const API = 'f46d5e54-4b1f-4a72-a8c6-7b9a1d2e3f55';

test.each<[string, unknown, string, string | undefined]>([
  [
    'an extra slash',
    `api://${API}/`,
    `api://${API}`,
    "the token's audience differs from CALLER_AUDIENCE by a slash at its end",
  ],
  [
    'a missing slash',
    'https://tokens.contoso.com',
    'https://tokens.contoso.com/',
    "the token's audience differs from CALLER_AUDIENCE by a missing slash at its end",
  ],
  ['other letters', API.toUpperCase(), API, "the token's audience differs from CALLER_AUDIENCE only in letter case"],
  [
    'api:// in front',
    `api://${API}`,
    API,
    `the token's audience differs from CALLER_AUDIENCE by "api://" at its start`,
  ],
  [
    'no api:// in front',
    API,
    `api://${API}`,
    `the token's audience differs from CALLER_AUDIENCE by a missing "api://" at its start`,
  ],
  [
    'a scope in the setting',
    `api://${API}`,
    `api://${API}/access_as_user`,
    "the token's audience differs from CALLER_AUDIENCE by a scope that CALLER_AUDIENCE has at its end: remove it there",
  ],
  [
    'two slashes more',
    `api://${API}//`,
    `api://${API}`,
    "the token's audience differs from CALLER_AUDIENCE by a slash at its end",
  ],
  ['"api://" in the middle', 'our-api://sales', 'our-sales', undefined],
  ['an audience that only begins like the setting', 'api://sales', 'api://sales-report', undefined],
  ['Microsoft Graph', '00000003-0000-0000-c000-000000000000', API, 'the token is for Microsoft Graph'],
  ['Power BI', 'https://analysis.windows.net/powerbi/api', API, 'the token is for Power BI'],
  ['no audience', undefined, API, 'the token has no audience'],
  ['an audience that is not text', 1, API, 'the token has no audience'],
  ['another audience', 'api://another', API, undefined],
])('%s', (_, given, own, expected) => {
  expect(describeAudience(given, [own])).toBe(expected);
});

test('of several audiences, one of Microsoft says for which service the token is', () => {
  expect(describeAudience(['api://other', 'https://graph.microsoft.com', 1], [API])).toBe(
    'the token is for Microsoft Graph',
  );
});

test('of several audiences on either side the closest pair is described', () => {
  expect(describeAudience(['one', `api://${API}/`], ['two', `api://${API}`])).toBe(
    "the token's audience differs from CALLER_AUDIENCE by a slash at its end",
  );
});
