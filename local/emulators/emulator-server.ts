import { once } from 'node:events';
import http from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { ServerCertificates } from './certificate-authority.ts';
import { deliverAnswer } from './deliver-answer.ts';
import type { Answer, Emulator, Handle, RecordedRequest } from './emulator.ts';
import { createFaultQueue } from './fault.ts';

export interface EmulatorServerOptions {
  readonly handle: Handle;
  readonly nowMs: () => number;
  /** With certificates it serves HTTPS on `localhost`, without them HTTP on `127.0.0.1`. */
  readonly certificates?: ServerCertificates | undefined;
  /** 0 or undefined means any free port. */
  readonly port?: number | undefined;
  /** The body of the service's 429 answers. */
  readonly throttledBody?: unknown;
}

export interface EmulatorServer extends Emulator {
  readonly close: () => Promise<void>;
}

/** A loopback server that records every request and answers it, if requested with a fault. */
export async function startEmulatorServer(options: EmulatorServerOptions): Promise<EmulatorServer> {
  const { handle, nowMs, certificates, port = 0, throttledBody = defaultThrottledBody } = options;
  const requests: RecordedRequest[] = [];
  const faults = createFaultQueue();

  const serve = async (message: IncomingMessage, response: ServerResponse): Promise<void> => {
    const request = await recordRequest(message, nowMs);
    requests.push(request);
    const status = await deliverAnswer({
      response,
      fault: faults.take(request),
      answer: () => answerProperly(handle, request),
      throttledBody,
    });
    if (status !== undefined) request.status = status;
  };
  const listener = (message: IncomingMessage, response: ServerResponse): void => {
    serve(message, response).catch((error: unknown) => {
      // The connection itself failed (the client disconnected while sending), so no answer can be sent.
      response.destroy(error instanceof Error ? error : undefined);
    });
  };
  const server =
    certificates === undefined
      ? http.createServer(listener)
      : https.createServer({ key: certificates.serverKeyPem, cert: certificates.serverCertificatePem }, listener);
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const { port: listeningPort } = server.address() as AddressInfo;

  return {
    url: certificates === undefined ? `http://127.0.0.1:${listeningPort}` : `https://localhost:${listeningPort}`,
    requests,
    failWith: faults.add,
    heal: faults.clear,
    reset: () => {
      requests.length = 0;
      faults.clear();
    },
    close: () => closeServer(server),
  };
}

const defaultThrottledBody = { error: { code: 'Throttled', message: 'Too many requests: come back later.' } };

async function recordRequest(message: IncomingMessage, nowMs: () => number): Promise<RecordedRequest> {
  const atMs = nowMs();
  const { pathname, searchParams } = new URL(message.url ?? '/', 'http://emulator');
  return {
    method: message.method ?? 'GET',
    path: pathname,
    query: searchParams,
    headers: message.headers,
    body: await text(message),
    atMs,
  };
}

async function answerProperly(handle: Handle, request: RecordedRequest): Promise<Answer> {
  try {
    return (
      (await handle(request)) ?? { status: 501, body: `This stand-in does not know ${request.method} ${request.path}.` }
    );
  } catch (error) {
    // A defect of the stand-in must be visible, and must not look like a simulated failure.
    return { status: 500, body: `The stand-in itself failed: ${error instanceof Error ? (error.stack ?? '') : ''}` };
  }
}

async function closeServer(server: http.Server): Promise<void> {
  if (!server.listening) return;
  await new Promise<void>((resolve) => {
    server.close(() => {
      resolve();
    });
    server.closeAllConnections();
  });
}
