import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { TestAnswer, TestApp } from './scenario.ts';

export interface ServedApp {
  /** `http://127.0.0.1:PORT/api` */
  readonly url: string;
  close(): void;
}

/** The app over HTTP, for callers that only know its URL. */
export async function serveApp(app: TestApp): Promise<ServedApp> {
  const answer = async (message: IncomingMessage): Promise<TestAnswer> =>
    app.visit(message.url ?? '/', {
      method: message.method ?? 'GET',
      headers: message.headers as Record<string, string>,
      ...(message.method === 'POST' ? { body: await text(message) } : {}),
    });
  const server = createServer((message, response) => {
    void answer(message).then((answered) => {
      response.writeHead(answered.status, Object.fromEntries(answered.headers)).end(answered.text);
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
