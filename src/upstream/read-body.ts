import type { UpstreamError, UpstreamService } from '../errors.ts';
import { unavailable } from './unavailable.ts';

/** No honest answer of a token endpoint, vault or readiness probe comes near this. */
export const MAX_BODY_BYTES = 1_048_576;

/** The body as text. Stops reading at `maxBytes`, or begins not at all, so that no upstream can fill the memory. */
export async function readBody(
  response: Response,
  service: UpstreamService,
  maxBytes = MAX_BODY_BYTES,
): Promise<string> {
  if (response.body === null) return '';
  const tooLarge = (): UpstreamError =>
    unavailable(`answered with more than ${maxBytes} bytes`, { service, status: response.status });
  if (Number(response.headers.get('content-length')) > maxBytes) {
    await response.body.cancel();
    throw tooLarge();
  }
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body) {
    size += chunk.byteLength;
    if (size > maxBytes) throw tooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
