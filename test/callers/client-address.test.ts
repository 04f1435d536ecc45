import { readClientNetwork } from '../../src/callers/client-address.ts';

test.each([
  ['203.0.113.7', '203.0.113.7'],
  ['203.0.113.7:50123', '203.0.113.7'],
  ['198.51.100.1, 203.0.113.7:50123', '203.0.113.7'],
  ['made-up, 203.0.113.7', '203.0.113.7'],
  ['[2001:db8:1:2:3:4:5:6]:50123', '2001:db8:1:2::/64'],
  ['2001:db8:1:2:ffff::1', '2001:db8:1:2::/64'],
  ['2001:0DB8:0001:0002::9', '2001:db8:1:2::/64'],
  ['2001:db8::1', '2001:db8:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['::ffff:203.0.113.7', '203.0.113.7'],
  ['203.0.113.7, ', 'direct'],
  ['unknown', 'direct'],
  ['', 'direct'],
])('%j is the network %s', (header, network) => {
  expect(readClientNetwork(new Headers({ 'x-forwarded-for': header }))).toBe(network);
});

test('without the header the request came directly', () => {
  expect(readClientNetwork(new Headers())).toBe('direct');
});
