import type { Embed } from 'powerbi-client';
import { createAlarm } from './create-alarm.ts';
import { createScreen } from './create-screen.ts';
import type { EmbedOptions, TokenTimes } from './embed-options.ts';
import type { EmbedProblem } from './embed-problem.ts';
import { loadPowerBiClient } from './load-power-bi-client.ts';
import { requestEmbedding, type EmbedAnswer, type Failure } from './request-embedding.ts';
import { renewInSeconds, retryInSeconds } from './times.ts';

export interface Embedding {
  /** powerbi-client's own object, once it is there. Rejects with the EmbedProblem if there will be none. */
  readonly component: Promise<Embed>;
  /** Takes the report off the page and stops renewing its token. */
  readonly dispose: () => void;
}

/**
 * Every visual of a page reports the same expiry: what comes so soon after a renewal is an echo.
 * The time doubles while Power BI refuses tokens that should still be good, so that the page does not load in circles.
 */
const ECHO_MS = 5_000;

/** Embeds what `src` names into `element`, keeps its token fresh, and tries again what can be tried again. */
export function embed(element: HTMLElement, options: EmbedOptions): Embedding {
  const stop = new AbortController();
  const { signal } = stop;
  let resolve!: (component: Embed) => void;
  let reject!: (reason: unknown) => void;
  const component = new Promise<Embed>((...settle) => ([resolve, reject] = settle));
  // A page that does not ask for the component hears of a failure through onError.
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

  /** Undefined: no further attempt. What is on screen stays until its token ends, and longer if nothing was refused. */
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
    reject(new DOMException('The report was taken off the page.', 'AbortError'));
    stop.abort();
  };
  run().catch((cause: unknown) => {
    giveUp({ code: 'powerbi_client', detail: messageOf(cause), cause });
  });
  return { component, dispose };
}

/** powerbi-client throws errors, and lists of what its validation found. */
function messageOf(thrown: unknown): string {
  return [thrown]
    .flat()
    .map((one) => (one as { message?: unknown }).message)
    .join(' ');
}
