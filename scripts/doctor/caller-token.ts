import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { CallerMode } from '../../src/config/caller-settings.ts';
import type { Settings } from './load-settings.ts';

/** A continuous integration job can keep its standard input open without ever writing to it. */
const UNEXPECTED_INPUT_MS = 1_000;

/**
 * The caller's token, from DOCTOR_CALLER_TOKEN or the standard input; empty if there is none. If the settings accept no token, it
 * reads only what arrives within a second, so that a token that has no effect can be reported.
 */
export async function readCallerToken(
  modes: readonly CallerMode[],
  environment: Settings,
  input: Readable & { readonly isTTY?: boolean },
): Promise<string> {
  const given = environment['DOCTOR_CALLER_TOKEN']?.trim() ?? '';
  if (given !== '' || input.isTTY === true) return given;
  if (!acceptsTokens(modes) && !(await arrives(input))) {
    input.destroy();
    return '';
  }
  return (await text(input)).trim();
}

/** Whether the app reads the Authorization header of its callers. */
export function acceptsTokens(modes: readonly CallerMode[]): boolean {
  return modes.includes('entra') || modes.includes('oidc');
}

function arrives(input: Readable): Promise<boolean> {
  return once(input, 'readable', { signal: AbortSignal.timeout(UNEXPECTED_INPUT_MS) }).then(
    () => true,
    () => false,
  );
}
