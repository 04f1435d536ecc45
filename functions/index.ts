// The only entry of the app: it registers every route of src/http/routes.ts.
import { app, type HttpMethod } from '@azure/functions';
import { toHttpHandler } from '../src/http/text-response.ts';
import { functions, prefetchSoon } from './app.ts';

/** Every route is registered for every method, so that the app answers a wrong one with 405. The host would answer 404. */
const EVERY_METHOD: HttpMethod[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'];

for (const { name, path, authLevel, handler } of functions) {
  app.http(name, { route: path, authLevel, methods: EVERY_METHOD, handler: toHttpHandler(handler) });
}

// The first caller then waits for less, or for nothing.
prefetchSoon();
