import { connect, type Socket } from 'node:net';

export interface LoadRequest {
  readonly url: string;
  readonly connections: number;
  /** The load ends when either limit is reached. */
  readonly maxMs: number;
  readonly maxRequests: number;
}

export interface Load {
  readonly durationMs: number;
  /** The latencies of all requests, in the order of their ends. */
  readonly latenciesMs: readonly number[];
  /** The start of each request, on the wall clock. */
  readonly startsMs: readonly number[];
}

/**
 * Sends requests on each of the connections, the next one as soon as the last is answered. It reads as little as possible of
 * an answer, so that it uses far less time than the measured host.
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

/** Sends one request at a time and resolves when its answer is complete. The answer must have a Content-Length. */
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
