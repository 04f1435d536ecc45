import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { Answer } from './emulator.ts';
import type { Fault } from './fault.ts';

interface Delivery {
  readonly response: ServerResponse;
  readonly fault: Fault | undefined;
  readonly answer: () => Promise<Answer>;
  readonly throttledBody: unknown;
}

interface EncodedAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly bytes: Buffer;
}

const hugeBodyBytes = 10 * 1024 * 1024;
/** Made once, because it takes so long that it would look like a slow upstream. */
let hugeAnswer: EncodedAnswer | undefined;

/**
 * Sends an answer, with the fault if there is one. Resolves with the status that was sent, undefined for none. A fault that
 * damages an answer is applied after the service has done its work, as in reality: the real service has redeemed a code or
 * counted a request, although its answer is lost.
 */
export async function deliverAnswer({ response, fault, answer, throttledBody }: Delivery): Promise<number | undefined> {
  switch (fault?.kind) {
    case undefined:
      return send(response, encode(await answer()));
    case 'status':
      return send(response, encode(fault));
    case 'silent':
      return undefined;
    case 'slow':
      // A slow answer does not keep a finished process alive.
      await delay(fault.delayMs, undefined, { ref: false });
      return send(response, encode(await answer()));
    case 'held':
      await fault.until(once(response, 'close'));
      return send(response, encode(await answer()));
    case 'cut-off':
      response.destroy();
      return undefined;
    case 'cut-off-midway':
      return cutOffMidway(response, encode(await answer()));
    case 'html':
      return send(response, encode({ status: 200, headers: { 'content-type': 'text/html' }, body: proxyPage }));
    case 'truncated-json': {
      const whole = encode(await answer());
      return send(response, { ...whole, bytes: half(whole.bytes) });
    }
    case 'huge':
      hugeAnswer ??= encode({ status: 200, body: { padding: 'x'.repeat(hugeBodyBytes) } });
      return send(response, hugeAnswer);
    case 'throttled':
      return send(
        response,
        encode({ status: 429, headers: { 'retry-after': String(fault.retryAfterSeconds) }, body: throttledBody }),
      );
  }
}

const proxyPage = '<!DOCTYPE html><html><head><title>Sign in to the network</title></head><body></body></html>';

function encode({ status, headers = {}, body }: Answer): EncodedAnswer {
  const [contentType, text] =
    body === undefined
      ? [undefined, '']
      : typeof body === 'string'
        ? ['text/plain; charset=utf-8', body]
        : ['application/json; charset=utf-8', JSON.stringify(body)];
  return {
    status,
    headers: { ...(contentType === undefined ? {} : { 'content-type': contentType }), ...headers },
    bytes: Buffer.from(text),
  };
}

function send(response: ServerResponse, { status, headers, bytes }: EncodedAnswer): number | undefined {
  // The client disconnected while the answer was made, or the stand-in was closed.
  if (response.destroyed) return undefined;
  response.writeHead(status, { ...headers, 'content-length': String(bytes.length) });
  response.end(bytes);
  return status;
}

function cutOffMidway(response: ServerResponse, { status, headers, bytes }: EncodedAnswer): number {
  response.writeHead(status, { ...headers, 'content-length': String(Math.max(bytes.length, 2)) });
  response.write(bytes.length === 0 ? '{' : half(bytes), () => response.destroy());
  return status;
}

function half(bytes: Buffer): Buffer {
  return bytes.subarray(0, Math.floor(bytes.length / 2));
}
