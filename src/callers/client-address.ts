import { isIPv4, isIPv6 } from 'node:net';

/**
 * The network that a request comes from: an IPv4 address, or the /64 of an IPv6 address, because one host usually has a
 * complete /64. It is the last hop of `X-Forwarded-For`, which App Service appends; clients can write the ones before it. Behind
 * Front Door or API Management it is the address of that service. `direct` without the header.
 */
export function readClientNetwork(headers: Headers): string {
  const hops = headers.get('x-forwarded-for');
  if (hops === null) return 'direct';
  const last = hops.slice(hops.lastIndexOf(',') + 1).trim();
  // With a port: 203.0.113.7:50123 or [2001:db8::1]:50123. A zone (%eth0) is not part of the network, and may have colons.
  const address = last
    .replace(/^\[(.+)\](:\d+)?$/, '$1')
    .replace(/^([\d.]+):\d+$/, '$1')
    .replace(/%.*$/, '');
  if (isIPv4(address)) return address;
  return isIPv6(address) ? networkOf(address) : 'direct';
}

/** The first four groups, or the IPv4 address that is mapped. */
function networkOf(address: string): string {
  const mapped = /^::ffff:([\d.]+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  const zeros = '0:'.repeat(8 - groupsOf(address).length);
  const groups = groupsOf(address.replace('::', `:${zeros}`)).slice(0, 4);
  return `${groups.map((group) => group.replace(/^0+(?=.)/, '')).join(':')}::/64`;
}

function groupsOf(address: string): string[] {
  return address
    .toLowerCase()
    .split(':')
    .filter((group) => group !== '');
}
