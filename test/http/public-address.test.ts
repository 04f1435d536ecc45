import { addressOf } from '../../src/http/public-address.ts';

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
