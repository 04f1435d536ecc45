import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { request as sendRequest } from 'node:https';
import { pipeline } from 'node:stream/promises';
import { startLoopbackServer, type LoopbackServer } from './loopback-server.ts';

export interface EmbedServerOptions {
  readonly port: number;
  /** The stand-in Power BI. */
  readonly powerBiUrl: string;
  readonly certificateAuthorityPem: string;
}

/**
 * The stand-in Power BI over plain HTTP. A browser does not trust the certificate of the stand-ins, and in a frame the
 * user cannot accept it.
 */
export function startEmbedServer({
  port,
  powerBiUrl,
  certificateAuthorityPem,
}: EmbedServerOptions): Promise<LoopbackServer> {
  return startLoopbackServer(port, async (request, response) => {
    const { method, headers } = request;
    const url = new URL(request.url ?? '/', powerBiUrl);
    if (url.origin !== powerBiUrl) {
      response.writeHead(400).end();
      return;
    }
    const forwarded = sendRequest(url, {
      method,
      headers: { ...headers, host: url.host },
      ca: certificateAuthorityPem,
    });
    request.pipe(forwarded);
    await forward(await answerTo(forwarded), response);
  });
}

async function answerTo(forwarded: ReturnType<typeof sendRequest>): Promise<IncomingMessage> {
  const [answer] = (await once(forwarded, 'response')) as [IncomingMessage];
  return answer;
}

async function forward(answer: IncomingMessage, response: ServerResponse): Promise<void> {
  response.writeHead(answer.statusCode ?? 502, answer.headers);
  await pipeline(answer, response);
}
