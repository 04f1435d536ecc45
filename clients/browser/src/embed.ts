import type { Embed } from 'powerbi-client';
import { createAlarm } from './create-alarm.ts';
import { createScreen } from './create-screen.ts';
import type { EmbedOptions, TokenTimes } from './embed-options.ts';
import type { EmbedProblem } from './embed-problem.ts';
import { loadPowerBiClient } from './load-power-bi-client.ts';
import { requestEmbedding, type EmbedAnswer, type Failure } from './request-embedding.ts';
import { renewInSeconds, retryInSeconds } from './times.ts';

export interface Embedding {
  /** powerbi-client's object, when the item is embedded. Rejects with the EmbedProblem if embedding fails finally. */
  readonly component: Promise<Embed>;
  /** Removes the report from the page and stops renewing its token. */
  readonly dispose: () => void;
}

/**
 * Each visual reports the expiry. A report this soon after a renewal is a duplicate.
 * The time doubles while Power BI refuses valid tokens, so that the page does not reload again and again.
 */
const ECHO_MS = 5_000;

/** Embeds the item of `src` into `element`, renews its token, and retries temporary failures. */
export function embed(element: HTMLElement, options: EmbedOptions): Embedding {
  const stop = new AbortController();
  const { signal } = stop;
  let resolve!: (component: Embed) => void;
  let reject!: (reason: unknown) => void;
  const component = new Promise<Embed>((...settle) => ([resolve, reject] = settle));
  // A page that does not use the component gets failures through onError.
  component.catch(() => undefined);
  const giveUp = (problem: EmbedProblem): void => {
    reject(problem);
    stop.abort();
    options.onError?.(problem);
  };
  const alarm = createAlarm(signal);
  let times: TokenTimes | undefined;
  let renewedAtMs = 0;
  let expiresAtMs = 0;
  let failures = 0;
  let earlyExpiries = 0;

  const screen = createScreen(element, {
    ...options,
    signal,
    onLoaded: () => {
      if (times) options.onLoaded?.(times);
    },
    onExpired: () => {
      const nowMs = Date.now();
      if (failures > 0 || nowMs - renewedAtMs < ECHO_MS * 2 ** earlyExpiries) return;
      earlyExpiries = nowMs < expiresAtMs ? earlyExpiries + 1 : 0;
      alarm.ring();
    },
  });

  const hold = (answer: EmbedAnswer): TokenTimes => {
    failures = 0;
    renewedAtMs = Date.now();
    expiresAtMs = renewedAtMs + answer.expires_in * 1000;
    return (times = { token_id: answer.token_id, expires_at: answer.expires_at, renews_in: renewInSeconds(answer) });
  };

  /** Undefined: no further attempt. The report stays visible until its token expires, and longer if nothing was refused. */
  const pauseAfter = ({ isFinal, retryAfterSeconds }: Failure): number | undefined => {
    const leftSeconds = (expiresAtMs - Date.now()) / 1000;
    if (isFinal && leftSeconds <= 0) return undefined;
    const seconds = retryInSeconds(failures++, retryAfterSeconds);
    return isFinal ? Math.min(seconds, leftSeconds) : seconds;
  };

  const run = async (): Promise<void> => {
    const loadingClient = loadPowerBiClient();
    loadingClient.catch(() => undefined);
    for (;;) {
      const outcome = await requestEmbedding(options, signal);
      if (signal.aborted) return;
      if ('problem' in outcome) {
        const pause = pauseAfter(outcome);
        if (pause === undefined) {
          giveUp(outcome.problem);
          return;
        }
        options.onError?.({ ...outcome.problem, retry_in: Math.ceil(pause) });
        await alarm.wait(pause, !outcome.isFinal && !outcome.retryAfterSeconds);
      } else {
        resolve(await screen.show(await loadingClient, outcome.answer));
        const isRenewal = times;
        const held = hold(outcome.answer);
        if (isRenewal) options.onRenewed?.(held);
        await alarm.wait(held.renews_in);
      }
    }
  };
  const dispose = (): void => {
    reject(new DOMException('The report was removed from the page.', 'AbortError'));
    stop.abort();
  };
  run().catch((cause: unknown) => {
    giveUp({ code: 'powerbi_client', detail: messageOf(cause), cause });
  });
  return { component, dispose };
}

/** powerbi-client throws errors, and lists of validation errors. */
function messageOf(thrown: unknown): string {
  return [thrown]
    .flat()
    .map((one) => (one as { message?: unknown }).message)
    .join(' ');
}
