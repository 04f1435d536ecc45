import { connect, type Socket } from 'node:net';

export interface LoadRequest {
  readonly url: string;
  readonly connections: number;
  /** Ends as soon as either is reached. */
  readonly maxMs: number;
  readonly maxRequests: number;
}

export interface Load {
  readonly durationMs: number;
  /** Of every request, in the order in which they ended. */
  readonly latenciesMs: readonly number[];
  /** When each of them began, on the wall clock. */
  readonly startsMs: readonly number[];
}

/**
 * Asks again and again on each of the connections, the next request as soon as the last is answered. It reads of an
 * answer no more than it must, so that it stays far cheaper than the host that it measures.
 *
 * Rejects if an answer is not a 200.
 */
export async function generateLoad({ url, connections, maxMs, maxRequests }: LoadRequest): Promise<Load> {
  const target = new URL(url);
  const request = `GET ${target.pathname} HTTP/1.1\r\nHost: ${target.host}\r\n\r\n`;
  const latenciesMs: number[] = [];
  const startsMs: number[] = [];
  const beganMs = performance.now();
  let left = maxRequests;
  const mayAsk = (): boolean => left-- > 0 && performance.now() - beganMs < maxMs;

  async function keepAsking(): Promise<void> {
    const socket = connect(Number(target.port), target.hostname);
    socket.setNoDelay(true);
    const ask = createAsker(socket);
    while (mayAsk()) {
      const startMs = performance.now();
      await ask(request);
      latenciesMs.push(performance.now() - startMs);
      startsMs.push(performance.timeOrigin + startMs);
    }
    socket.destroy();
  }

  await Promise.all(Array.from({ length: connections }, keepAsking));
  return { durationMs: performance.now() - beganMs, latenciesMs, startsMs };
}

const HEAD_END = '\r\n\r\n';

/** Sends one request at a time and resolves once its answer has come whole; the answer must name its Content-Length. */
function createAsker(socket: Socket): (request: string) => Promise<void> {
  let received = Buffer.alloc(0);
  let resolve = (): void => undefined;
  let reject: (reason: Error) => void = () => undefined;
  socket.on('data', (chunk) => {
    received = received.length === 0 ? chunk : Buffer.concat([received, chunk]);
    const headLength = received.indexOf(HEAD_END);
    if (headLength < 0) return;
    const head = received.toString('latin1', 0, headLength);
    const bodyLength = Number(/^content-length: (\d+)/im.exec(head)?.[1]);
    if (received.length < headLength + HEAD_END.length + bodyLength) return;
    received = Buffer.alloc(0);
    if (head.startsWith('HTTP/1.1 200')) resolve();
    else reject(new Error(`The host answered: ${head}`));
  });
  socket.on('error', (error) => {
    reject(error);
  });
  socket.on('close', () => {
    reject(new Error('The host closed the connection.'));
  });
  return (request) =>
    new Promise((resolveAnswer, rejectAnswer) => {
      resolve = resolveAnswer;
      reject = rejectAnswer;
      socket.write(request);
    });
}
