import type { HttpHandler } from '@azure/functions';
import type { App } from '../../src/app/app.ts';

/** What the host finds for an address. */
export interface SiteRoute {
  readonly name: string;
  readonly handler: HttpHandler;
  readonly params: Readonly<Record<string, string>>;
}

const HANDLERS: Readonly<Record<string, keyof App['handlers']>> = {
  token: 'token',
  'tokens/GetAccessToken': 'token',
  datasets: 'datasets',
  'auth/sign-in': 'signIn',
  'auth/callback': 'callback',
  'auth/sign-out': 'signOut',
  'auth/token': 'personToken',
  health: 'health',
  'health/ready': 'readiness',
  'openapi.json': 'openApi',
  '.well-known/oauth-protected-resource': 'protectedResource',
};

/** The routes of functions/, over the handlers of one app; that they are these is tested on the built bundle. */
export function findRoute({ handlers, personDatasets }: App, pathname: string): SiteRoute {
  const path = pathname.replace(/^\/api\//, '');
  const [, prefix = '', profile = ''] = /^(token|datasets)\/([^/]+)$/.exec(path) ?? [];
  const person = prefix === 'datasets' ? personDatasets.get(profile) : undefined;
  if (person !== undefined) return { name: 'personDatasets', handler: person, params: {} };
  const name = HANDLERS[prefix === '' ? path : prefix];
  if (name === undefined) throw new Error(`The site has no route for ${pathname}.`);
  return { name, handler: handlers[name], params: prefix === '' ? {} : { profile: decodeURIComponent(profile) } };
}
