import type { PublicAddress } from '../config/read-public-address.ts';

/**
 * The address that callers use, without a slash at the end: the configured one, else that of the request. A Host header may have
 * quotes in it, which would end a parameter of a response header, so every character that no host has is encoded.
 */
export function addressOf(requestUrl: string, { url, routePrefix }: PublicAddress): string {
  if (url !== undefined) return url;
  const { protocol, host } = new URL(requestUrl);
  return `${protocol}//${host.replaceAll(/[^\w.:[\]-]/g, encodeURIComponent)}${routePrefix}`;
}
