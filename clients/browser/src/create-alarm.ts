/** Wakes the renewal loop at a time of the wall clock, which continues during sleep, or earlier by `ring`. */
export interface Alarm {
  /** Resolves after `seconds`; with `eager` also when the tab is shown again or the network is back. */
  readonly wait: (seconds: number, eager?: boolean) => Promise<void>;
  readonly ring: () => void;
}

/** The longest timer. Timers stop while the machine sleeps. */
const LONGEST_TIMER_MS = 20_000;

/** Does nothing after `signal` is aborted. */
export function createAlarm(signal: AbortSignal): Alarm {
  let check = (): void => undefined;
  let ring = (): void => undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isEager = false;
  const wake = (): void => {
    if (document.visibilityState === 'hidden') return;
    if (isEager) ring();
    else check();
  };
  document.addEventListener('visibilitychange', wake, { signal });
  for (const name of ['online', 'pageshow', 'focus']) addEventListener(name, wake, { signal });
  signal.addEventListener('abort', () => {
    clearTimeout(timer);
  });

  return {
    wait: (seconds, eager = false) =>
      new Promise((resolve) => {
        const dueMs = Date.now() + seconds * 1000;
        isEager = eager;
        ring = () => {
          clearTimeout(timer);
          isEager = false;
          check = ring = () => undefined;
          resolve();
        };
        check = () => {
          clearTimeout(timer);
          const leftMs = dueMs - Date.now();
          if (leftMs <= 0) ring();
          else timer = setTimeout(check, Math.min(leftMs, LONGEST_TIMER_MS));
        };
        check();
      }),
    ring: () => {
      ring();
    },
  };
}
