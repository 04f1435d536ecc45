import type { Cookie, HttpRequest } from '@azure/functions';
import type { Clock } from '../clock.ts';
import type { SealedBox } from '../sign-in/sealed-box.ts';
import { TRANSACTION_LIFETIME_MS, type Session, type Transaction } from '../sign-in/session.ts';
import { clearSplitCookie, readCookies, readSplitCookie, setCookie, setSplitCookie } from './cookies.ts';

/** What a browser keeps for this program: one session for each profile, and one transaction for each sign-in under way. */
export interface SignInCookies {
  readSession(http: HttpRequest, profile: string): Promise<Session | undefined>;
  writeSession(http: HttpRequest, session: Session): Promise<Cookie[]>;
  clearSession(http: HttpRequest, profile: string): Cookie[];
  readTransaction(http: HttpRequest, state: string): Promise<Transaction | undefined>;
  writeTransaction(transaction: Transaction): Promise<Cookie[]>;
  clearTransaction(state: string): Cookie[];
}

/** `__Host-` (RFC 6265bis section 4.1.3.2): no other host, and no page without TLS, can set or overwrite it. */
const sessionName = (profile: string): string => `__Host-powerbi-session-${profile}`;
/** Named after the state, so that signing in from two tabs at once works. */
const transactionName = (state: string): string =>
  `__Host-powerbi-sign-in-${state.replaceAll(/[^\w-]/g, '').slice(0, 16)}`;

export interface SignInCookiesOptions {
  readonly sessions: SealedBox<Session>;
  readonly transactions: SealedBox<Transaction>;
  readonly clock: Clock;
}

export function createSignInCookies({ sessions, transactions, clock }: SignInCookiesOptions): SignInCookies {
  return {
    async readSession(http, profile) {
      const sealed = readSplitCookie(readCookies(http.headers), sessionName(profile));
      const session = sealed === undefined ? undefined : await sessions.open(sealed);
      return session?.profile === profile ? session : undefined;
    },
    async writeSession(http, session) {
      const { profile, endsAtMs } = session;
      const value = await sessions.seal(session, endsAtMs);
      const present = readCookies(http.headers);
      const leftSeconds = Math.ceil((endsAtMs - clock.now().wallMs) / 1000);
      return setSplitCookie(sessionName(profile), { value, maxAgeSeconds: Math.max(0, leftSeconds), present });
    },
    clearSession: (http, profile) => clearSplitCookie(sessionName(profile), readCookies(http.headers)),
    async readTransaction(http, state) {
      const sealed = readCookies(http.headers).get(transactionName(state));
      return sealed === undefined ? undefined : transactions.open(sealed);
    },
    async writeTransaction(transaction) {
      const value = await transactions.seal(transaction, clock.now().wallMs + TRANSACTION_LIFETIME_MS);
      return [setCookie(transactionName(transaction.state), value, TRANSACTION_LIFETIME_MS / 1000)];
    },
    clearTransaction: (state) => [setCookie(transactionName(state), '', 0)],
  };
}
