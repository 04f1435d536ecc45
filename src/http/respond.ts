import type { Cookie, HttpResponseInit } from '@azure/functions';

/** An answer about a token is for one caller and must not be stored (RFC 6749 section 5.1, RFC 9111 section 5.2.2.5). */
const NEVER_STORED = { 'Cache-Control': 'no-store', Pragma: 'no-cache', 'X-Content-Type-Options': 'nosniff' } as const;

/** An answer of the app: its body is always text. */
export interface HttpAnswer extends Pick<HttpResponseInit, 'status' | 'cookies'> {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface AnswerOptions {
  readonly status?: number;
  readonly contentType?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A JSON answer that must not be stored. */
export function respondJson(body: unknown, options?: AnswerOptions): HttpAnswer {
  return respondJsonText(JSON.stringify(body), options);
}

/** The same for a JSON text. */
export function respondJsonText(body: string, options: AnswerOptions = {}): HttpAnswer {
  const { status = 200, contentType = 'application/json', headers = {} } = options;
  return {
    status,
    headers: { 'Content-Type': contentType, ...NEVER_STORED, ...headers },
    body,
  };
}

/** Redirects a browser, with cookies. */
export function redirect(location: string, cookies: Cookie[]): HttpAnswer {
  return { status: 302, headers: { Location: location, ...NEVER_STORED, 'Referrer-Policy': 'no-referrer' }, cookies };
}
