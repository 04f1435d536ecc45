import { addressOf, publicPrefix, withPublicPaths } from '../../src/http/public-address.ts';

test.each([
  ['the configured address', 'http://attacker.example/x', 'https://bi.contoso.com/api', 'https://bi.contoso.com/api'],
  ['that of the request', 'http://localhost:7071/api/token?a=b', undefined, 'http://localhost:7071/api'],
  ['an IPv6 address', 'http://[::1]:7071/api/token', undefined, 'http://[::1]:7071/api'],
  ['a host with a quote, encoded', 'http://a"b.example/api/token', undefined, 'http://a%22b.example/api'],
])('the address is %s', (_, requestUrl, url, expected) => {
  expect(addressOf(requestUrl, { url, routePrefix: '/api' })).toBe(expected);
});

test('the route prefix of host.json is part of it', () => {
  expect(addressOf('http://localhost/x', { url: undefined, routePrefix: '/tokens/v2' })).toBe(
    'http://localhost/tokens/v2',
  );
  expect(addressOf('http://localhost/x', { url: undefined, routePrefix: '' })).toBe('http://localhost');
});

test.each([
  ['of host.json', { url: undefined, routePrefix: '/tokens/v2' }, '/tokens/v2'],
  ['of PUBLIC_URL', { url: 'https://bi.contoso.com/power', routePrefix: '/api' }, '/power'],
  ['of a PUBLIC_URL without a path, which is empty', { url: 'https://bi.contoso.com', routePrefix: '/api' }, ''],
])('callers put the prefix %s before every route', (_, address, expected) => {
  expect(publicPrefix(address)).toBe(expected);
});

test.each([
  ['a path', 'Sign in at /api/auth/sign-in.', 'Sign in at /power/auth/sign-in.'],
  ['two paths', '/api/a, then (/api/b).', '/power/a, then (/power/b).'],
  ['the resource of Power BI', 'https://analysis.windows.net/powerbi/api/.default', undefined],
  ['a path of another host', 'https://other.example/api/x', undefined],
])('a hint with %s names the paths as callers request them', (_, hint, expected = hint) => {
  expect(withPublicPaths(hint, '/power')).toBe(expected);
});
