import { memberOf, parseJson } from '../json.ts';
import { isOnAzure } from './find-place.ts';
import { readSetting, type Environment, type SettingReader } from './setting-reader.ts';
import { publicUrl } from './setting-schemas.ts';

/** The public URL of this app. */
export interface PublicAddress {
  /** With the prefix, and without a slash at the end. If undefined, the URL of the request counts. */
  readonly url: string | undefined;
  /** The prefix of every route, such as `/api`; empty if host.json has an empty one. */
  readonly routePrefix: string;
}

/** `hostJson`: the text of host.json; undefined if the file cannot be read. */
export function readPublicAddress(
  reader: SettingReader,
  { environment, hostJson }: { environment: Environment; hostJson: string | undefined },
): PublicAddress {
  const routePrefix = readRoutePrefix(hostJson);
  const own = reader.optional('PUBLIC_URL', publicUrl);
  const hostname = readSetting(environment, 'WEBSITE_HOSTNAME');
  const given = isOnAzure(environment) && hostname !== undefined ? `https://${hostname}${routePrefix}` : undefined;
  return { url: own ?? given, routePrefix };
}

/** `extensions.http.routePrefix` of host.json. The host's own default is `api`. */
function readRoutePrefix(hostJson: string | undefined): string {
  const http = memberOf(memberOf(parseJson(hostJson), 'extensions'), 'http');
  const prefix = memberOf(http, 'routePrefix');
  const segments = typeof prefix === 'string' ? prefix.split('/').filter((segment) => segment !== '') : ['api'];
  return segments.map((segment) => `/${segment}`).join('');
}
