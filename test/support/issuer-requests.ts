import { decodeJwt, decodeProtectedHeader, type JWTPayload } from 'jose';
import type { Emulator } from '../../local/emulators/emulator.ts';

/** The forms of every token request, in the order they came. */
export function tokenForms({ requests }: Emulator): Record<string, string>[] {
  return requests
    .filter(({ path }) => path.endsWith('/token'))
    .map(({ body }) => Object.fromEntries(new URLSearchParams(body)));
}

/** The header and claims of the `client_assertion` of a token request. */
export function assertionOf(form: Record<string, string> | undefined): { header: object; claims: JWTPayload } {
  const assertion = form?.['client_assertion'] ?? '';
  return { header: decodeProtectedHeader(assertion), claims: decodeJwt(assertion) };
}

/** The claims of the issued token. */
export function claimsOf(body: Readonly<Record<string, unknown>>): JWTPayload {
  return decodeJwt(String(body['access_token']));
}
