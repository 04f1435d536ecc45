import type { IncomingMessage, ServerResponse } from 'node:http';
import { HostStartError } from './host-start-error.ts';

export interface CorsOptions {
  /** Comma-separated origins, or `*`: `Host.CORS` of local.settings.json. */
  readonly origins: string;
  readonly credentials: boolean;
}

/** Sets the headers that an allowed origin gets; true where it was a preflight, which is then answered already. */
export type Cors = (request: IncomingMessage, response: ServerResponse) => boolean;

/** Cross-origin answers as `func start` gives them; with no origins named there are none. */
export function createCors({ origins, credentials }: CorsOptions): Cors {
  const allowed = new Set(
    origins
      .split(',')
      .map((origin) => origin.trim().replace(/\/$/, ''))
      .filter((origin) => origin !== ''),
  );
  if (allowed.size === 0) return () => false;
  if (allowed.has('*') && credentials) {
    throw new HostStartError(
      'Host.CORS is "*" and Host.CORSCredentials is true: browsers refuse that, name the origins.',
    );
  }

  function allowOrigin(origin: string, response: ServerResponse): void {
    response.setHeader('Access-Control-Allow-Origin', allowed.has('*') ? '*' : origin);
    if (credentials) response.setHeader('Access-Control-Allow-Credentials', 'true');
    if (allowed.size > 1) response.setHeader('Vary', 'Origin');
  }

  return (request, response) => {
    const { origin } = request.headers;
    if (origin === undefined) return false;
    const isAllowed = allowed.has('*') || allowed.has(origin);
    if (isAllowed) allowOrigin(origin, response);
    const requestedMethod = request.headers['access-control-request-method'];
    if (request.method !== 'OPTIONS' || requestedMethod === undefined) return false;
    if (isAllowed) allowRequested(requestedMethod, request, response);
    request.resume();
    response.writeHead(204).end();
    return true;
  };
}

function allowRequested(method: string, request: IncomingMessage, response: ServerResponse): void {
  response.setHeader('Access-Control-Allow-Methods', method);
  const headers = request.headers['access-control-request-headers'];
  if (headers !== undefined) response.setHeader('Access-Control-Allow-Headers', headers);
}
