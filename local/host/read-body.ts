import type { IncomingMessage } from 'node:http';

// The limit of the real host. A larger request never reaches the function.
const maximumBodyBytes = 100 * 1024 * 1024;

export type RequestBody =
  { readonly kind: 'body'; readonly bytes: Uint8Array | undefined } | { readonly kind: 'too-large' };

/**
 * The body that the function receives. A body without Content-Length (a chunked one) is read and dropped, because the
 * real host does not send it to the worker either.
 */
export async function readBody(request: IncomingMessage): Promise<RequestBody> {
  const length = Number(request.headers['content-length'] ?? 0);
  if (length > maximumBodyBytes) return { kind: 'too-large' };
  if (length === 0) {
    request.resume();
    return { kind: 'body', bytes: undefined };
  }
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return { kind: 'body', bytes: chunks.length === 1 ? chunks[0] : Buffer.concat(chunks) };
}
