import type { HttpMethod } from '@azure/functions';
import type { AuditSubject } from '../log-events.ts';

export interface Route {
  /** Below the route prefix of host.json. */
  readonly path: string;
  readonly methods: readonly HttpMethod[];
  /**
   * `guarded`: for callers that pass CALLER_AUTH. `diagnosis`: for those of them that match a grant or have the app
   * role. `open`: for everyone; the handler itself checks what it protects.
   */
  readonly access: 'guarded' | 'diagnosis' | 'open';
  /** With an error in the settings only these routes work. */
  readonly servesFaults?: true;
  /** The audit events are `SUBJECT.refused` and, if it is in the table of events, `SUBJECT.issued`. */
  readonly audits?: AuditSubject;
  /** A browser gets pages, for problems and for success. */
  readonly showsPages?: true;
  /** Errors have the members of RFC 6749 section 5.2, too. */
  readonly oauth?: true;
}

const TOKEN = { methods: ['GET', 'POST'], access: 'guarded', audits: 'token', oauth: true } as const;

const EMBED = { methods: ['GET'], access: 'guarded', audits: 'embed' } as const;

/**
 * Every route, under the name of its function. The host sorts functions by name, ignores case, and takes the first route that
 * matches: of two routes for one URL, the specific one needs the name that sorts first.
 */
export const ROUTES = {
  token: { path: 'token/{profile?}', ...TOKEN },
  GetAccessToken: { path: 'tokens/GetAccessToken', ...TOKEN },
  embedToken: { path: 'embed-token/{profile?}', methods: ['POST'], access: 'guarded', audits: 'embed' },
  embedReport: { path: 'embed/{workspaceId}/{reportId}', ...EMBED },
  embedDashboard: { path: 'embed/{workspaceId}/dashboards/{dashboardId}', ...EMBED },
  embedTile: { path: 'embed/{workspaceId}/dashboards/{dashboardId}/tiles/{tileId}', ...EMBED },
  workspacesOfProfile: { path: 'workspaces/{profile?}', methods: ['GET'], access: 'guarded', audits: 'workspaces' },
  reportsOfProfile: { path: 'reports/{profile?}', methods: ['GET'], access: 'guarded', audits: 'reports' },
  datasetsOfProfile: { path: 'datasets/{profile?}', methods: ['GET'], access: 'guarded', audits: 'datasets' },
  startRefresh: {
    path: 'refresh/{workspaceId}/{datasetId}',
    methods: ['POST'],
    access: 'guarded',
    audits: 'refresh',
  },
  refreshStatus: {
    path: 'refresh/{workspaceId}/{datasetId}/{refreshId}',
    methods: ['GET'],
    access: 'guarded',
    audits: 'refresh',
  },
  signIn: { path: 'auth/sign-in', methods: ['GET'], access: 'open', audits: 'sign_in_start', showsPages: true },
  callback: { path: 'auth/callback', methods: ['GET'], access: 'open', audits: 'sign_in', showsPages: true },
  signOut: { path: 'auth/sign-out', methods: ['GET', 'POST'], access: 'open', audits: 'sign_out', showsPages: true },
  personToken: { path: 'auth/token', methods: ['GET'], access: 'open', audits: 'token', oauth: true },
  health: { path: 'health', methods: ['GET', 'HEAD'], access: 'open', servesFaults: true },
  readiness: {
    path: 'health/ready',
    methods: ['GET'],
    access: 'diagnosis',
    servesFaults: true,
    audits: 'readiness',
  },
  openapi: { path: 'openapi.json', methods: ['GET'], access: 'open', servesFaults: true },
  protectedResource: {
    path: '.well-known/oauth-protected-resource',
    methods: ['GET'],
    access: 'open',
    servesFaults: true,
  },
} as const satisfies Record<string, Route>;

export type RouteName = keyof typeof ROUTES;

/** The routes that work even if settings are invalid. */
export type FaultServingRouteName = {
  [N in RouteName]: (typeof ROUTES)[N] extends { servesFaults: true } ? N : never;
}[RouteName];

/**
 * The lists of a sign-in profile, one route for each such profile at `PATH/PROFILE`. The session cookie guards them, so the
 * host must not require a key. Their names sort before those of the routes with `{profile?}`.
 */
export const PERSON_ROUTES = {
  workspacesOfPerson: { path: 'workspaces', methods: ['GET'], access: 'open', audits: 'workspaces' },
  reportsOfPerson: { path: 'reports', methods: ['GET'], access: 'open', audits: 'reports' },
  datasetsOfPerson: { path: 'datasets', methods: ['GET'], access: 'open', audits: 'datasets' },
} as const satisfies Record<string, Route>;

export type PersonRouteName = keyof typeof PERSON_ROUTES;

/** The name and the path of a sign-in profile's own route. */
export function nameForPerson(name: PersonRouteName, profile: string): { name: string; path: string } {
  return { name: `${name}-${profile}`, path: `${PERSON_ROUTES[name].path}/${profile}` };
}
