import type { RestError } from '@azure/core-rest-pipeline';
import { ServiceError, UpstreamError } from '../errors.ts';
import { memberOf } from '../json.ts';
import { readCode, readId } from '../upstream/safe-words.ts';
import { unavailable } from '../upstream/unavailable.ts';
import { explainVaultRefusal } from './vault-refusals.ts';

/**
 * Turns an error of the SDK into one that may reach a caller. It never has the SDK's text, which contains URLs and object
 * ids. `what` is like `secret "name"`.
 */
export function judgeVaultError(error: unknown, what: string): unknown {
  if (error instanceof ServiceError) return error;
  // The SDK throws different errors for an invalid answer in the vault's format.
  if (!isRestError(error))
    return unavailable('returned an answer that cannot be read', { service: 'key-vault' }, { cause: error });
  const { statusCode: status } = error;
  const code = readVaultCode(error);
  const upstream = { service: 'key-vault', status, code, correlationId: readRequestId(error) } as const;
  // The transport returns only complete answers in the vault's format.
  if (status === undefined || status < 400) {
    return unavailable('returned an answer that cannot be read', upstream, { cause: error });
  }
  const { meaning, hint } = explainVaultRefusal(status, code);
  const detail = `Key Vault did not return the ${what}: ${meaning} (HTTP ${status}).`;
  return new UpstreamError('secret_unavailable', detail, upstream, { hint, cause: error });
}

/** Like the SDK's `isRestError`, which would load the SDK. */
function isRestError(error: unknown): error is RestError {
  return error instanceof Error && error.name === 'RestError';
}

/** Whether the vault itself, not a gateway, refused the identity's token: a new one may be accepted. */
export function isVaultTokenRefusal(error: unknown): boolean {
  return error instanceof UpstreamError && error.upstream.status === 401 && isRestError(error.cause);
}

/** `{ error: { code, innererror: { code } } }`: the inner code says why. The SDK names the members of the parsed body itself. */
function readVaultCode({ details }: RestError): string | undefined {
  const outer = memberOf(details, 'error');
  return readCode(memberOf(memberOf(outer, 'innerError'), 'code')) ?? readCode(memberOf(outer, 'code'));
}

function readRequestId({ response }: RestError): string | undefined {
  return readId(response?.headers.get('x-ms-request-id'));
}
