import type { ServerResponse } from 'node:http';
import type { RpcHttpData } from './core-types.ts';
import { toSetCookie } from './set-cookie.ts';

/** Writes the function's answer as the host does. A function that returned nothing is a 204. */
export function sendResponse(response: ServerResponse, answer: RpcHttpData | undefined): void {
  if (answer === undefined) {
    response.writeHead(204).end();
    return;
  }
  const status = Number(answer.statusCode ?? 200);
  for (const name in answer.headers) response.setHeader(name, answer.headers[name] ?? '');
  if (answer.cookies !== null && answer.cookies !== undefined && answer.cookies.length > 0) {
    response.appendHeader('Set-Cookie', answer.cookies.map(toSetCookie));
  }
  const body = bodyOf(answer);
  if (!hasNoBody(status)) response.setHeader('Content-Length', body.byteLength);
  response.writeHead(status).end(body);
}

/** An answer of the host itself. It never has a body. */
export function sendEmpty(response: ServerResponse, status: number): void {
  response.writeHead(status, hasNoBody(status) ? {} : { 'Content-Length': 0 }).end();
}

function bodyOf({ body }: RpcHttpData): Uint8Array {
  if (body?.bytes !== null && body?.bytes !== undefined) return body.bytes;
  return Buffer.from(body?.string ?? body?.json ?? '');
}

function hasNoBody(status: number): boolean {
  return status === 204 || status === 304;
}
