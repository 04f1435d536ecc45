import type { Cookie, HttpRequest } from '@azure/functions';
import type { Clock } from '../clock.ts';
import { ServiceError, UpstreamError } from '../errors.ts';
import type { SealedBox } from '../sign-in/sealed-box.ts';
import { TRANSACTION_LIFETIME_MS, type Session, type Transaction } from '../sign-in/session.ts';
import {
  clearSplitCookie,
  MAX_COOKIE_CHARACTERS,
  readCookies,
  readSplitCookie,
  setCookie,
  setSplitCookie,
} from './cookies.ts';

/** The cookies of a browser: one session per profile, and one transaction per pending sign-in. */
export interface SignInCookies {
  readSession(http: HttpRequest, profile: string): Promise<Session | undefined>;
  /** The person of the session, for the audit line; undefined without a session, or if its key cannot be read. */
  readPerson(http: HttpRequest, profile: string): Promise<string | undefined>;
  writeSession(http: HttpRequest, session: Session): Promise<Cookie[]>;
  clearSession(http: HttpRequest, profile: string): Cookie[];
  readTransaction(http: HttpRequest, state: string): Promise<Transaction | undefined>;
  /** Also clears the oldest pending sign-ins of this browser, so that at most three are left. */
  writeTransaction(http: HttpRequest, transaction: Transaction): Promise<Cookie[]>;
  clearTransaction(state: string): Cookie[];
}

/** `__Host-` (RFC 6265bis section 4.1.3.2): no other host, and no page without TLS, can set or overwrite the cookie. */
const sessionName = (profile: string): string => `__Host-powerbi-session-${profile}`;
const TRANSACTION_PREFIX = '__Host-powerbi-sign-in-';
/** Named after the state, so that two tabs can sign in at once. */
const transactionName = (state: string): string =>
  `${TRANSACTION_PREFIX}${state.replaceAll(/[^\w-]/g, '').slice(0, 16)}`;
/** More could make the headers too large. The host would then refuse every request, and the person could not fix it. */
const MAX_PENDING_SIGN_INS = 3;

/** The name of a signed-in person in audit lines. */
export function nameOf({ tenantId, objectId }: Session): string {
  return `${tenantId}/${objectId}`;
}

export interface SignInCookiesOptions {
  readonly sessions: SealedBox<Session>;
  readonly transactions: SealedBox<Transaction>;
  readonly clock: Clock;
}

export function createSignInCookies({ sessions, transactions, clock }: SignInCookiesOptions): SignInCookies {
  async function readSession(http: HttpRequest, profile: string): Promise<Session | undefined> {
    const sealed = readSplitCookie(readCookies(http.headers), sessionName(profile));
    const session = sealed === undefined ? undefined : await sessions.open(sealed);
    return session?.profile === profile ? session : undefined;
  }

  return {
    readSession,
    async readPerson(http, profile) {
      try {
        const session = await readSession(http, profile);
        return session === undefined ? undefined : nameOf(session);
      } catch (error) {
        // A person must be able to sign out even if Key Vault is not available.
        if (error instanceof ServiceError) return undefined;
        throw error;
      }
    },
    async writeSession(http, session) {
      const { profile, endsAtMs } = session;
      const value = await sessions.seal(session, endsAtMs);
      if (value.length > MAX_COOKIE_CHARACTERS) throw refuseSize();
      const present = readCookies(http.headers);
      const leftSeconds = Math.ceil((endsAtMs - clock.now().wallMs) / 1000);
      return setSplitCookie(sessionName(profile), { value, maxAgeSeconds: Math.max(0, leftSeconds), present });
    },
    clearSession: (http, profile) => clearSplitCookie(sessionName(profile), readCookies(http.headers)),
    async readTransaction(http, state) {
      const sealed = readCookies(http.headers).get(transactionName(state));
      return sealed === undefined ? undefined : transactions.open(sealed);
    },
    async writeTransaction(http, transaction) {
      const value = await transactions.seal(transaction, clock.now().wallMs + TRANSACTION_LIFETIME_MS);
      const pending = [...readCookies(http.headers).keys()].filter((name) => name.startsWith(TRANSACTION_PREFIX));
      const surplus = pending.slice(0, Math.max(0, pending.length + 1 - MAX_PENDING_SIGN_INS));
      return [
        setCookie(transactionName(transaction.state), value, TRANSACTION_LIFETIME_MS / 1000),
        ...surplus.map((name) => setCookie(name, '', 0)),
      ];
    },
    clearTransaction: (state) => [setCookie(transactionName(state), '', 0)],
  };
}

function refuseSize(): UpstreamError {
  return new UpstreamError(
    'issuer_rejected',
    'Entra returned a refresh token that is too large for cookies.',
    { service: 'issuer' },
    { hint: "Reduce the size of the account's tokens: map fewer claims into them, or assign fewer groups." },
  );
}
