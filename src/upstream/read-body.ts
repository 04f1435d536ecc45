import type { UpstreamService } from '../errors.ts';
import { unavailable } from './unavailable.ts';

/** No honest answer of a token endpoint, vault or readiness probe comes near this. */
export const MAX_BODY_BYTES = 1_048_576;

/** The body as text. Stops reading at `maxBytes`, so that no upstream can fill the memory. */
export async function readBody(
  response: Response,
  service: UpstreamService,
  maxBytes = MAX_BODY_BYTES,
): Promise<string> {
  if (response.body === null) return '';
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body) {
    size += chunk.byteLength;
    if (size > maxBytes) {
      throw unavailable(`answered with more than ${maxBytes} bytes`, { service, status: response.status });
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
