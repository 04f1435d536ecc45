import type { PublicAddress } from '../config/read-public-address.ts';

/**
 * The public URL, without a slash at the end: the configured one, else that of the request. A Host header may contain quotes,
 * which would end a parameter of a response header, so characters that are not valid in a host name are encoded.
 */
export function addressOf(requestUrl: string, { url, routePrefix }: PublicAddress): string {
  if (url !== undefined) return url;
  const { protocol, host } = new URL(requestUrl);
  return `${protocol}//${host.replaceAll(/[^\w.:[\]-]/g, encodeURIComponent)}${routePrefix}`;
}
