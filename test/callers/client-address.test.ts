import { readClientNetwork } from '../../src/callers/client-address.ts';

test.each([
  ['an IPv4 address', '203.0.113.7', '203.0.113.7'],
  ['with a port', '203.0.113.7:50123', '203.0.113.7'],
  ['after another hop', '198.51.100.1, 203.0.113.7:50123', '203.0.113.7'],
  ['after text that a client made up', 'made-up, 203.0.113.7', '203.0.113.7'],
  ['an IPv6 address', '2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['in brackets', '[2001:db8:1:2:3:4:5:6]', '2001:db8:1:2::/64'],
  ['in brackets with a port', '[2001:db8:1:2:3:4:5:6]:50123', '2001:db8:1:2::/64'],
  ['whose first groups have no letters', '2001:1:2:3::1', '2001:1:2:3::/64'],
  ['that omits groups of the host', '2001:db8:1:2:ffff::1', '2001:db8:1:2::/64'],
  ['that omits groups of the network', '2001:db8::1', '2001:db8:0:0::/64'],
  ['that omits two groups in the middle', '1::4:5:6:7:8', '1:0:0:4::/64'],
  ['that omits its first groups', '::1', '0:0:0:0::/64'],
  ['that omits its last groups', '2001:db8::', '2001:db8:0:0::/64'],
  ['with capitals and leading zeros', '2001:0DB8:0001:0000:0:0:0:9', '2001:db8:1:0::/64'],
  ['with zeros inside a group', '2001:d00b:1:2::9', '2001:d00b:1:2::/64'],
  ['with a zone', 'fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['with a zone that has colons', 'fe80::1%a:b:c:d:e:f:g:h:i', 'fe80:0:0:0::/64'],
  ['an IPv4 address that is mapped', '::ffff:203.0.113.7', '203.0.113.7'],
  ['an IPv4 address that is mapped, in capitals', '::FFFF:203.0.113.7', '203.0.113.7'],
  ['an IPv6 address with an IPv4 address in another network', '1::ffff:203.0.113.7', '1:0:0:0::/64'],
  ['an IPv6 address that only begins as if mapped', '::ffff:1:2', '0:0:0:0::/64'],
  ['nothing after a comma', '203.0.113.7, ', 'direct'],
  ['a word', 'unknown', 'direct'],
  ['nothing', '', 'direct'],
  ['a letter before the brackets', 'a[::1]', 'direct'],
  ['a digit after the brackets', '[2001:db8::]1', 'direct'],
  ['a port after an address without brackets', '::ffff:203.0.113.7:5', 'direct'],
])('the last hop as %s: %j is the network %s', (_, header, network) => {
  expect(readClientNetwork(new Headers({ 'x-forwarded-for': header }))).toBe(network);
});

test('without the header the request came directly', () => {
  expect(readClientNetwork(new Headers())).toBe('direct');
});
