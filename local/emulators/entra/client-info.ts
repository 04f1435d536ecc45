import type { User } from './directory.ts';

/** The account behind an answer, as MSAL reads it from `client_info`. */
export function clientInfo({ oid, tenantId }: User): string {
  return Buffer.from(JSON.stringify({ uid: oid, utid: tenantId })).toString('base64url');
}
