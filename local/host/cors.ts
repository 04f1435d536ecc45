import type { IncomingMessage, ServerResponse } from 'node:http';
import cors from 'cors';

export interface CorsOptions {
  /** Comma-separated origins, or `*` without credentials: `Host.CORS` of local.settings.json. */
  readonly origins: string;
  readonly credentials: boolean;
}

/** Sets the headers that an allowed origin gets. It answers preflights itself and then returns true. */
export type Cors = (request: IncomingMessage, response: ServerResponse) => boolean;

/**
 * Cross-origin answers like those of `func start`. `func` compares origins exactly: one with a space, a trailing slash or
 * upper-case letters never matches, and the browser gets no CORS header.
 */
export function createCors({ origins, credentials }: CorsOptions): Cors {
  const allowed = new Set(origins === '' ? [] : origins.split(','));
  if (allowed.size === 0) return () => false;
  const origin = allowed.has('*') ? '*' : [...allowed];
  const setHeaders = cors<IncomingMessage>((request, callback) => {
    const methods = request.headers['access-control-request-method'] ?? [];
    callback(null, { origin, credentials, methods, preflightContinue: true });
  });

  return (request, response) => {
    const from = request.headers.origin;
    if (from === undefined) return false;
    if (allowed.has('*') || allowed.has(from)) setHeaders(request, response, () => undefined);
    if (request.method !== 'OPTIONS' || request.headers['access-control-request-method'] === undefined) return false;
    request.resume();
    response.writeHead(204).end();
    return true;
  };
}
