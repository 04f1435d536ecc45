import { readReturnAddress } from '../../src/sign-in/read-return-address.ts';
import { failureOf } from '../support/failure-of.ts';

const settings = {
  redirectUri: 'https://contoso.azurewebsites.net/api/auth/callback',
  returnOrigins: ['https://app.contoso.com', 'https://bi.contoso.com:8443', 'http://localhost:3000'],
};
const site = 'https://contoso.azurewebsites.net';

test.each([
  ['/', `${site}/`],
  ['/reports?page=2&q=a%20b#top', `${site}/reports?page=2&q=a%20b#top`],
  ['/a/../b', `${site}/b`],
  ['/../../etc', `${site}/etc`],
  ['/%2f%2fevil.example', `${site}/%2f%2fevil.example`],
  ['/%5cevil.example', `${site}/%5cevil.example`],
  ['/@evil.example', `${site}/@evil.example`],
  ['/:8080', `${site}/:8080`],
  ['/https://evil.example', `${site}/https://evil.example`],
  ['/?next=//evil.example', `${site}/?next=//evil.example`],
  ['/x\r\nSet-Cookie: a=b', `${site}/xSet-Cookie:%20a=b`],
  ['/"><script>alert(1)</script>', `${site}/%22%3E%3Cscript%3Ealert(1)%3C/script%3E`],
  ['https://app.contoso.com', 'https://app.contoso.com/'],
  ['HTTPS://APP.CONTOSO.COM/a', 'https://app.contoso.com/a'],
  ['https://app.contoso.com:443/a', 'https://app.contoso.com/a'],
  ['https:\\\\app.contoso.com\\a', 'https://app.contoso.com/a'],
  ['https://bi.contoso.com:8443/a?b=c', 'https://bi.contoso.com:8443/a?b=c'],
  ['http://localhost:3000/', 'http://localhost:3000/'],
])('%j is allowed', (returnTo, address) => {
  expect(readReturnAddress(returnTo, settings)).toBe(address);
});

const REFUSED = [
  // Another host after slashes, in every form that a browser reads as two slashes.
  '//evil.example',
  '///evil.example',
  '////evil.example/a',
  '/\\evil.example',
  '\\/evil.example',
  '\\\\evil.example',
  '\\evil.example',
  '/\\/evil.example',
  '//\\evil.example',
  '/\t/evil.example',
  '/\n/evil.example',
  '/\r\n/evil.example',
  '/\t\\evil.example',
  '\t//evil.example',
  ' //evil.example',
  '\u0000//evil.example',
  '//evil。example',
  '//evil．example',
  '//evil%E3%80%82example',
  '//contoso.azurewebsites.net@evil.example',
  '//contoso.azurewebsites.net.evil.example',
  '//contoso.azurewebsites.net%2eevil.example',
  '//contoso.azurewebsites.net:444/',
  '//contoso.azurewebsites.net:80',
  '//xn--contoso-.azurewebsites.net',
  '//[::1]/',
  '//0x7f.1/',
  // User names that look like the host.
  '//user@contoso.azurewebsites.net/',
  '//user:password@contoso.azurewebsites.net/',
  'https://user@app.contoso.com/',
  'https://app.contoso.com@evil.example/',
  'https://app.contoso.com%40evil.example/',
  'https://app.contoso.com:443@evil.example/',
  'https://evil.example#@app.contoso.com/',
  'https://evil.example\\@app.contoso.com/',
  'https://evil.example?@app.contoso.com/',
  // An allowed host with another difference.
  'http://app.contoso.com/',
  'https://app.contoso.com:8443/',
  'https://app.contoso.com.evil.example/',
  'https://app.contoso.com.',
  'https://appXcontoso.com/',
  'https://sub.app.contoso.com/',
  'https://app.contoso.co',
  'https://bi.contoso.com/',
  'https://localhost:3000/',
  'http://localhost:3001/',
  'ftp://app.contoso.com/',
  'ws://localhost:3000/',
  'blob:https://app.contoso.com/3f1c9a52-7a4e-4b0d-9d52-0c1e5a7b8d11',
  'blob:http://localhost:3000/x',
  'filesystem:https://app.contoso.com/temporary/x',
  'view-source:https://app.contoso.com/',
  // This site with its host: only a path may name this site.
  'https://contoso.azurewebsites.net/',
  // Addresses that are not pages.
  'javascript:alert(1)',
  'JavaScript:alert(1)//https://app.contoso.com',
  'java\nscript:alert(1)',
  ' javascript:alert(1)',
  'data:text/html,<script>alert(1)</script>',
  'vbscript:msgbox(1)',
  'file:///etc/passwd',
  'about:blank',
  'mailto:a@app.contoso.com',
  'null',
  'https:',
  'https://',
  'https:evil.example',
  'https:/evil.example',
  'https:///evil.example',
  'http:evil.example',
  // Not absolute addresses.
  'reports',
  './reports',
  '../reports',
  '?a=b',
  '#top',
  '.',
  'evil.example',
  'app.contoso.com',
  '*',
  '',
];

const NOT_ALLOWED = {
  code: 'invalid_request',
  message: 'return_to is not an allowed URL.',
  hint: 'Use a path of this site (/reports), or a URL whose origin is listed in SIGN_IN_RETURN_ORIGINS.',
  newSignInHelps: false,
};

test.each(REFUSED)('%j is refused', async (returnTo) => {
  expect(await failureOf(() => readReturnAddress(returnTo, settings))).toEqual(NOT_ALLOWED);
});

test.each(['https://app.contoso.com/', 'http://localhost:3000/', 'null'])(
  'if no origin is allowed, %s is refused: only paths of this site are accepted',
  async (returnTo) => {
    const asked = (): string => readReturnAddress(returnTo, { ...settings, returnOrigins: [] });
    expect(await failureOf(asked)).toEqual(NOT_ALLOWED);
  },
);

describe('if the origin of this site is allowed', () => {
  const ownOrigin = { ...settings, returnOrigins: [site] };

  test('its absolute address is accepted', () => {
    expect(readReturnAddress(`${site}/reports`, ownOrigin)).toBe(`${site}/reports`);
  });

  test.each(['reports', './reports', '?a=b', ''])(
    '%j is refused, since it is neither a path nor absolute',
    async (returnTo) => {
      expect(await failureOf(() => readReturnAddress(returnTo, ownOrigin))).toEqual(NOT_ALLOWED);
    },
  );
});

describe('the length of the address', () => {
  const path = (addressCharacters: number): string => `/${'a'.repeat(addressCharacters - site.length - 1)}`;

  test('may be 2,000 characters', () => {
    expect(readReturnAddress(path(2_000), settings)).toHaveLength(2_000);
  });

  test('may not be 2,001 characters', async () => {
    expect(await failureOf(() => readReturnAddress(path(2_001), settings))).toEqual(NOT_ALLOWED);
  });
});
