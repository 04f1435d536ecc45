import type { Cookie } from '@azure/functions';
import type { Clock } from '../../src/clock.ts';

/** Keeps cookies like a browser (RFC 6265bis section 5.7), for one site over TLS or on localhost. */
export interface CookieJar {
  /** Throws for a cookie that a browser would silently drop. */
  store(cookies: readonly Cookie[]): void;
  /** The `Cookie` header of the next request; undefined if there is nothing to send. */
  header(): string | undefined;
  /** The cookies that would be sent, by name. */
  readonly values: ReadonlyMap<string, string>;
  /** Sets a cookie by hand, as only the owner of the browser can. */
  put(name: string, value: string): void;
}

interface KeptCookie {
  readonly value: string;
  readonly endsAtMs: number;
}

const MOST_BYTES = 4096;

export function createCookieJar(clock: Clock): CookieJar {
  const kept = new Map<string, KeptCookie>();
  const values = (): Map<string, string> =>
    new Map([...kept].flatMap(([name, { value, endsAtMs }]) => (endsAtMs > clock.now().wallMs ? [[name, value]] : [])));
  return {
    store(cookies) {
      for (const cookie of cookies) {
        refuseAsBrowsersDo(cookie);
        const { name, value, maxAge = Infinity } = cookie;
        if (maxAge <= 0) kept.delete(name);
        else kept.set(name, { value, endsAtMs: clock.now().wallMs + maxAge * 1000 });
      }
    },
    header() {
      const pairs = [...values()].map(([name, value]) => `${name}=${value}`);
      return pairs.length === 0 ? undefined : pairs.join('; ');
    },
    get values() {
      return values();
    },
    put(name, value) {
      kept.set(name, { value, endsAtMs: Infinity });
    },
  };
}

function refuseAsBrowsersDo({ name, value, ...attributes }: Cookie): void {
  const { path, domain, secure, sameSite, httpOnly, maxAge } = attributes;
  const line = [
    `${name}=${value}`,
    `Max-Age=${maxAge ?? ''}`,
    `Path=${path ?? ''}`,
    secure === true ? 'Secure' : '',
    httpOnly === true ? 'HttpOnly' : '',
    `SameSite=${sameSite ?? ''}`,
  ].join('; ');
  if (Buffer.byteLength(line) > MOST_BYTES) throw new Error(`A browser drops a cookie this large: ${name}`);
  if (!/^[\w.-]+$/.test(name) || !/^[\w.-]*$/.test(value)) throw new Error(`This changes on its way: ${name}`);
  if (name.startsWith('__Host-') && (path !== '/' || domain !== undefined || secure !== true)) {
    throw new Error(`A browser drops a __Host- cookie with other attributes: ${name}`);
  }
}
