import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { TestAnswer, TestApp } from './scenario.ts';

export interface ServedApp {
  /** `http://127.0.0.1:PORT/api` */
  readonly url: string;
  close(): void;
}

/** The app's token routes over HTTP, for callers that know of nothing but an address. */
export async function serveApp(app: TestApp): Promise<ServedApp> {
  const answer = async (message: IncomingMessage): Promise<TestAnswer | undefined> => {
    const { pathname, search } = new URL(message.url ?? '/', 'http://localhost');
    const [, profile] = /^\/api\/(?:token|tokens\/GetAccessToken)(?:\/([^/]+))?$/.exec(pathname) ?? [];
    if (!/^\/api\/tokens?\b/.test(pathname)) return undefined;
    return app.token({
      method: message.method ?? 'GET',
      query: search,
      headers: message.headers as Record<string, string>,
      params: profile === undefined ? {} : { profile },
      ...(message.method === 'POST' ? { body: await text(message) } : {}),
    });
  };
  const server = createServer((message, response) => {
    void answer(message).then((answered) => {
      response.writeHead(answered?.status ?? 404, Object.fromEntries(answered?.headers ?? [])).end(answered?.text);
    });
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
