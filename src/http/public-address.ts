import type { PublicAddress } from '../config/read-public-address.ts';

/** The path that callers put before every route: `/api`, or that of PUBLIC_URL or host.json. Empty if there is none. */
export function publicPrefix({ url, routePrefix }: PublicAddress): string {
  return url === undefined ? routePrefix : new URL(url).pathname.replace(/\/$/, '');
}

/** A hint names this app's own paths as `/api/...`, the default. Callers get them as they must request them. */
export function withPublicPaths(hint: string, prefix: string): string {
  return hint.replace(/(?<=^|[ (])\/api\//g, `${prefix}/`);
}

/**
 * The public URL, without a slash at the end: the configured one, else that of the request. A Host header may contain quotes,
 * which would end a parameter of a response header, so characters that are not valid in a host name are encoded.
 */
export function addressOf(requestUrl: string, { url, routePrefix }: PublicAddress): string {
  if (url !== undefined) return url;
  const { protocol, host } = new URL(requestUrl);
  return `${protocol}//${host.replaceAll(/[^\w.:[\]-]/g, encodeURIComponent)}${routePrefix}`;
}
