import type { UpstreamError, UpstreamService } from '../errors.ts';
import { unavailable } from './unavailable.ts';

/** No honest answer of a token endpoint, a vault or an identity endpoint comes near this. */
export const MAX_BODY_BYTES = 1_048_576;
/** A workspace may have thousands of datasets, with about a kilobyte for each. */
const MAX_POWER_BI_BODY_BYTES = 8 * MAX_BODY_BYTES;

/** The body as text. Stops reading where it gets too large, or begins not at all, so that no upstream can fill the memory. */
export async function readBody(response: Response, service: UpstreamService): Promise<string> {
  const maxBytes = service === 'power-bi' ? MAX_POWER_BI_BODY_BYTES : MAX_BODY_BYTES;
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
