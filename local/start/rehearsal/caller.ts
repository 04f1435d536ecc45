import { startUserAgent } from '../function-app.ts';

/** One answer to the caller of a rehearsal. */
export interface CallerAnswer {
  /** Undefined if the function app did not answer. */
  readonly status: number | undefined;
  readonly ms: number;
  readonly expiresIn: number | undefined;
  /** Compared with the answer before. Undefined if the answer has no token. */
  readonly token: 'first' | 'same' | 'new' | undefined;
  readonly code: string | undefined;
  readonly detail: string | undefined;
  readonly hint: string | undefined;
}

/** The counts since the last change. */
export interface CallerTally {
  readonly calls: number;
  readonly served: number;
  /** The slowest call that was served. */
  readonly slowestMs: number;
  readonly last: CallerAnswer | undefined;
}

export interface CallerOptions {
  readonly tokenUrl: string;
  /** Called after each answer that a person would notice, and after each new token. */
  readonly onChange: (answer: CallerAnswer) => void;
}

export interface RehearsalCaller {
  /** Requests a token once a second until `stop`. */
  start(): void;
  /** Continues until the next successful answer, which is reported to `onChange`. */
  stopWhenServed(): void;
  stop(): void;
  isRunning(): boolean;
  tally(): CallerTally;
  /** Sets the counts to zero. */
  resetTally(): void;
}

const pauseMs = 1000;
const noticeableMs = 1000;
const emptyTally: CallerTally = { calls: 0, served: 0, slowestMs: 0, last: undefined };

/** A caller that requests a token once a second, as a busy app would, and counts the answers. */
export function createRehearsalCaller({ tokenUrl, onChange }: CallerOptions): RehearsalCaller {
  let tally = emptyTally;
  let running: AbortController | undefined;
  let expiresOn: unknown;
  let before: CallerAnswer | undefined;
  let isLastAnswerDue = false;

  const count = (answer: CallerAnswer): void => {
    tally = {
      calls: tally.calls + 1,
      served: tally.served + (answer.status === 200 ? 1 : 0),
      slowestMs: answer.status === 200 ? Math.max(tally.slowestMs, answer.ms) : tally.slowestMs,
      last: answer,
    };
    const isLast = isLastAnswerDue && answer.status === 200;
    if (isLast || isNoticeable(answer, before)) onChange(answer);
    before = answer;
    if (isLast) stop();
  };
  const stop = (): void => {
    running?.abort();
    running = undefined;
    before = undefined;
    isLastAnswerDue = false;
  };
  const askUntilStopped = async (stopped: AbortSignal): Promise<void> => {
    const isStopped = (): boolean => stopped.aborted;
    while (!isStopped()) {
      const asked = await ask(tokenUrl, expiresOn);
      expiresOn = asked.expiresOn;
      if (!isStopped()) count(asked.answer);
      await pause(stopped);
    }
  };
  return {
    start() {
      isLastAnswerDue = false;
      if (running !== undefined) return;
      running = new AbortController();
      void askUntilStopped(running.signal);
    },
    stop,
    stopWhenServed() {
      isLastAnswerDue = true;
    },
    isRunning: () => running !== undefined,
    tally: () => tally,
    resetTally() {
      tally = { ...emptyTally, last: tally.last };
    },
  };
}

/** The answers since the last change, in a sentence. */
export function describeTally({ calls, served, slowestMs }: CallerTally): string {
  const counted = calls === 1 ? '1 call' : `${calls} calls`;
  const refused = calls === served ? '' : `, ${calls - served} refused`;
  if (served === 0) return `${counted}${refused}.`;
  const time = `${Math.round(slowestMs)} ms`;
  return `${counted}, ${served} served in ${served === 1 ? time : `at most ${time}`}${refused}.`;
}

/** One answer, in words. */
export function describeAnswer({ status, ms, token, expiresIn, code, detail }: CallerAnswer): string {
  if (status === undefined) return `no answer after ${Math.round(ms)} ms: the function app is not running`;
  const what = token === undefined ? `${code ?? ''}: ${detail ?? ''}` : `${token} token, valid for ${expiresIn ?? 0} s`;
  return `${status} in ${Math.round(ms)} ms, ${what}`;
}

function isNoticeable(answer: CallerAnswer, before: CallerAnswer | undefined): boolean {
  if (answer.token === 'new' || answer.ms > noticeableMs) return true;
  return answer.status !== before?.status || answer.code !== before?.code;
}

async function ask(tokenUrl: string, expiresOnBefore: unknown): Promise<{ answer: CallerAnswer; expiresOn: unknown }> {
  const startedMs = performance.now();
  const { status, body } = await request(tokenUrl);
  const expiresOn = status === 200 ? body['expires_on'] : expiresOnBefore;
  return {
    expiresOn,
    answer: {
      status,
      ms: performance.now() - startedMs,
      expiresIn: typeof body['expires_in'] === 'number' ? body['expires_in'] : undefined,
      token: status === 200 ? compareTokens(expiresOn, expiresOnBefore) : undefined,
      code: textOf(body['code']),
      detail: textOf(body['detail']),
      hint: adviceOf(body),
    },
  };
}

// The caller of a rehearsal calls again by itself.
function adviceOf(body: Readonly<Record<string, unknown>>): string | undefined {
  return textOf(body['hint'])?.replace(/^Wait for Retry-After seconds, then try again\. ?/, '') || undefined;
}

function compareTokens(expiresOn: unknown, expiresOnBefore: unknown): 'first' | 'same' | 'new' {
  if (expiresOnBefore === undefined) return 'first';
  return expiresOn === expiresOnBefore ? 'same' : 'new';
}

async function request(url: string): Promise<{ status: number | undefined; body: Readonly<Record<string, unknown>> }> {
  try {
    const response = await fetch(url, { headers: { 'user-agent': startUserAgent } });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  } catch {
    // The function app is restarting.
    return { status: undefined, body: {} };
  }
}

function pause(stopped: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, pauseMs);
    stopped.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
