import type { IEmbedConfiguration } from 'powerbi-client';
import type { EmbedOptions, TokenRequest } from './embed-options.ts';
import type { EmbedProblem } from './embed-problem.ts';

/** The app's answer to `GET /api/embed/…`. */
export interface EmbedAnswer {
  readonly embed: IEmbedConfiguration;
  readonly name?: string;
  readonly token_id: string;
  readonly expires_in: number;
  readonly expires_at: string;
  readonly refresh_in: number;
}

export interface Failure {
  readonly problem: EmbedProblem;
  /** The same request would fail again. */
  readonly isFinal: boolean;
  readonly retryAfterSeconds?: number;
}

export type Outcome = { readonly answer: EmbedAnswer } | Failure;

const TIMEOUT_MS = 30_000;

/** Sends the request once, and once more with a newer token of the person if the app refuses the first. Never throws. */
export async function requestEmbedding(options: EmbedOptions, signal: AbortSignal): Promise<Outcome> {
  const outcome = await ask(options, {}, signal);
  if (!('problem' in outcome) || outcome.problem.status !== 401 || !options.getAccessToken) return outcome;
  const { claims } = outcome.problem;
  return ask(options, { forceRefresh: true, ...(typeof claims === 'string' && { claims }) }, signal);
}

async function ask(options: EmbedOptions, tokenRequest: TokenRequest, signal: AbortSignal): Promise<Outcome> {
  let token: string | null | undefined;
  try {
    token = await options.getAccessToken?.(tokenRequest);
  } catch (cause) {
    const hint = 'Let the person sign in again.';
    return fail({
      code: 'sign_in_failed',
      detail: 'getAccessToken failed, so the page has no token for the app.',
      hint,
      cause,
    });
  }
  let url = options.src;
  try {
    url = addressOf(options);
    const response = await fetch(url, {
      headers: { Accept: 'application/json', ...(token && { Authorization: `Bearer ${token}` }) },
      ...(options.credentials && { credentials: options.credentials }),
      cache: 'no-store',
      // A redirect leads to a sign-in page, which a script cannot use.
      redirect: 'manual',
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
    });
    return await judge(response);
  } catch (cause) {
    return fail({
      code: 'network',
      detail: `No answer came from ${url}.`,
      hint: `Check the connection, that CORS of the app allows ${location.origin}, and connect-src of the page's Content-Security-Policy.`,
      cause,
    });
  }
}

function addressOf({ src, profile, access }: EmbedOptions): string {
  const url = new URL(src, document.baseURI);
  if (profile) url.searchParams.set('profile', profile);
  if (access) url.searchParams.set('access', access);
  return url.href;
}

async function judge(response: Response): Promise<Outcome> {
  const { status, headers } = response;
  if (response.type === 'opaqueredirect') {
    const hint = 'Sign in at the app first, or let App Service Authentication answer 401 instead of redirecting.';
    return fail({ code: 'unauthorized', detail: 'The app requires a sign-in.', hint, status: 401 }, true);
  }
  const body = (await response.json().catch(() => undefined)) as Record<string, unknown> | null | undefined;
  if (!response.ok) {
    const plain = {
      code: `http_${status}`,
      detail: `The app, or a gateway before it, answered ${status} without details.`,
    };
    const isFinal = status < 500 && status !== 408 && status !== 429;
    return fail({ ...plain, ...body, status }, isFinal, parseRetryAfter(headers.get('Retry-After')));
  }
  if (body?.['embed']) return { answer: body as unknown as EmbedAnswer };
  const hint = 'src must be the URL of the embed route: https://APP/api/embed/WORKSPACE/REPORT.';
  return fail(
    { code: 'unexpected_answer', detail: 'The answer does not come from the function app.', hint, status },
    true,
  );
}

/** Seconds, or a date. */
function parseRetryAfter(header: string | null): number | undefined {
  if (!header) return undefined;
  const seconds = Number.isNaN(Number(header)) ? (Date.parse(header) - Date.now()) / 1000 : Number(header);
  return seconds > 0 ? seconds : undefined;
}

function fail(problem: EmbedProblem, isFinal = false, retryAfterSeconds?: number): Failure {
  return { problem, isFinal, ...(retryAfterSeconds && { retryAfterSeconds }) };
}
