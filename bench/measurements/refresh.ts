import { setTimeout as delay } from 'node:timers/promises';
import { startHostProcess } from '../host/start-host-process.ts';
import type { Load } from '../load/generate-load.ts';
import type { Measurement } from '../measurement.ts';
import type { Stand } from '../stand.ts';
import { percentile } from '../statistics.ts';

const CONNECTIONS = 10;
const ISSUER_DELAY_MS = 500;
const REFRESH_IN_SECONDS = 1;
/** The time from one refresh to the next: a token's age counts from the moment before its request. */
const CYCLE_MS = REFRESH_IN_SECONDS * 1000;

/** Measures callers during a refresh, and callers between refreshes. */
export async function measureRefresh(stand: Stand): Promise<Measurement> {
  const { effort, folders, environment, load, emulators } = stand;
  const { entra } = emulators;
  const host = await startHostProcess(folders.product, environment);
  const ask = (maxMs: number): Promise<Load> =>
    load.generate({ url: host.tokenUrl, connections: CONNECTIONS, maxMs, maxRequests: Infinity });
  entra.refreshInSeconds = REFRESH_IN_SECONDS;
  await ask(effort.warmUpMs);
  entra.failWith({ kind: 'slow', delayMs: ISSUER_DELAY_MS });
  // The current token must be one with a slow refresh.
  await delay(REFRESH_IN_SECONDS * 1000);
  const before = entra.requests.length;
  const answered = await ask(effort.refreshes * CYCLE_MS);
  const refreshesMs = entra.requests.slice(before).map(({ atMs }) => atMs);
  entra.reset();
  entra.refreshInSeconds = undefined;
  await host.close();

  const { during, between } = split(answered, refreshesMs);
  const p99DuringMs = percentile(during, 0.99);
  const p99BetweenMs = percentile(between, 0.99);
  return {
    title: 'During a refresh',
    method:
      `${CONNECTIONS} connections send requests without a pause. The issuer answers after ${ISSUER_DELAY_MS} ms, and its refresh_in causes a refresh ` +
      'every second. A request counts as "during" if it began after the request for a new token arrived at the issuer and before ' +
      `its answer. There were ${refreshesMs.length} refreshes, with ${during.length} requests during them and ${between.length} between them.`,
    figures: [
      { name: 'p99 during a refresh', value: p99DuringMs, unit: 'ms' },
      { name: 'p99 between refreshes', value: p99BetweenMs, unit: 'ms' },
      {
        name: 'p99 during / between refreshes',
        value: p99DuringMs / p99BetweenMs,
        unit: 'times',
        wanted: { atMost: 1.5 },
      },
      { name: 'slowest request', value: percentile(answered.latenciesMs, 1), unit: 'ms' },
    ],
  };
}

function split({ latenciesMs, startsMs }: Load, refreshesMs: readonly number[]) {
  const isDuring = (startMs: number): boolean =>
    refreshesMs.some((refreshMs) => startMs >= refreshMs && startMs < refreshMs + ISSUER_DELAY_MS);
  const during: number[] = [];
  const between: number[] = [];
  latenciesMs.forEach((latencyMs, index) => (isDuring(startsMs[index] ?? 0) ? during : between).push(latencyMs));
  return { during, between };
}
