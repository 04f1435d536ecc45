import { app, type HttpHandler, type HttpMethod } from '@azure/functions';
import { ROUTES } from '../../src/http/routes.ts';

const EVERY_METHOD: HttpMethod[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'];

/** Registers `handler` as every function of the app, so that the host searches as many routes for it as for the app. */
export function registerForEveryRoute(handler: HttpHandler): void {
  for (const [name, { path }] of Object.entries(ROUTES)) {
    app.http(name, { route: path, authLevel: 'anonymous', methods: EVERY_METHOD, handler });
  }
}
