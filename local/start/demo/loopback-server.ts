import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { listen } from '../../host/listen.ts';

export interface LoopbackServer {
  /** Without a trailing slash: `http://localhost:7090`. */
  readonly url: string;
  close(): Promise<void>;
}

export type LoopbackListener = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>;

const loopbackHost = /^(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?$/i;

/**
 * A server on loopback that answers only for loopback names, so that a page cannot reach it through its own host name (DNS
 * rebinding). If the listener throws, the answer is 500 with an empty body.
 */
export async function startLoopbackServer(port: number, listener: LoopbackListener): Promise<LoopbackServer> {
  const server = createServer((request, response) => {
    if (!loopbackHost.test(request.headers.host ?? '')) {
      response.writeHead(421).end();
      return;
    }
    Promise.resolve(listener(request, response)).catch(() => {
      if (response.headersSent) response.destroy();
      else response.writeHead(500).end();
    });
  });
  const listeningPort = await listen(server, port, '--demo-port');
  return { url: `http://localhost:${listeningPort}`, close: () => closeServer(server) };
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => {
      resolve();
    });
    server.closeAllConnections();
  });
}
