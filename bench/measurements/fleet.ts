import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Clock } from '../../src/clock.ts';
import { createSimulatedClock } from '../../test/support/simulated-clock.ts';
import type { Measurement } from '../measurement.ts';
import { createSimulatedAzure, SIMULATED_SETTINGS, type SimulatedAzure } from '../simulation/simulated-azure.ts';
import { createSimulatedRandom } from '../simulation/simulated-random.ts';
import type { Stand } from '../stand.ts';
import { peakWithin } from '../statistics.ts';
import { createTokenSource, type TokenSource } from '../token-source.ts';
import type { ServedToken } from '../../src/tokens/token-cache.ts';
import { mustRefresh } from '../../src/tokens/access-token.ts';

const MINUTE_MS = 60_000;
const STARTS_WITHIN_MS = 10_000;
const OUTAGE_MS = 10 * MINUTE_MS;

interface Instance {
  readonly source: TokenSource;
  /** From 0 to 1: the moment of its start within all starts, and the moment of its request within each minute. */
  readonly phase: number;
  held: ServedToken | undefined;
}

interface Callers {
  served: number;
  waited: number;
  failed: number;
  /** Failed callers although their instance had cached a valid token. */
  failedNeedlessly: number;
}

/** Many instances that share a vault and an issuer, for a day with a rotation and an outage. */
export async function measureFleet({ effort }: Stand): Promise<Measurement> {
  const { simulatedInstances, simulatedHours } = effort;
  const minutes = simulatedHours * 60;
  // The simulated day is today, because the Azure SDK reads the machine's clock to check whether its vault token is valid.
  const clock = createSimulatedClock(Date.now());
  const azure = createSimulatedAzure(clock);
  const instances = createInstances(simulatedInstances, { clock, azure });
  const callers: Callers = { served: 0, waited: 0, failed: 0, failedNeedlessly: 0 };

  clock.schedule(minutes * MINUTE_MS * 0.25, () => {
    azure.rotateSecret();
  });
  clock.schedule(minutes * MINUTE_MS * 0.5, () => {
    azure.isEntraDown = true;
  });
  clock.schedule(minutes * MINUTE_MS * 0.5 + OUTAGE_MS, () => {
    azure.isEntraDown = false;
  });
  for (let minute = 0; minute < minutes; minute++) {
    for (const instance of instances) {
      const withinMs = instance.phase * (minute === 0 ? STARTS_WITHIN_MS : MINUTE_MS);
      await clock.advance(minute * MINUTE_MS + withinMs - clock.now().monotonicMs, { isSettled: true });
      await ask(instance, clock, callers);
    }
  }
  await clock.advance(MINUTE_MS);
  return describe({ azure, callers, effort: { simulatedInstances, simulatedHours } });
}

function createInstances(count: number, { clock, azure }: { clock: Clock; azure: SimulatedAzure }): Instance[] {
  const runtime = {
    clock,
    fetch: azure.fetch,
    random: createSimulatedRandom(),
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
  };
  return Array.from({ length: count }, (_, index) => ({
    source: createTokenSource(SIMULATED_SETTINGS, runtime),
    phase: index / count,
    held: undefined,
  }));
}

/** One caller. The simulation does not wait for it: time passes while it waits. */
async function ask(instance: Instance, clock: Clock, callers: Callers): Promise<void> {
  const call = { isAnswered: false };
  instance.source.getToken().then(
    (served) => {
      call.isAnswered = true;
      instance.held = served;
      callers.served++;
    },
    () => {
      call.isAnswered = true;
      callers.failed++;
      if (instance.held !== undefined && !mustRefresh(instance.held.token, clock.now())) callers.failedNeedlessly++;
    },
  );
  await nextTurn();
  if (!call.isAnswered) callers.waited++;
}

function describe({
  azure,
  callers,
  effort,
}: {
  azure: SimulatedAzure;
  callers: Callers;
  effort: { simulatedInstances: number; simulatedHours: number };
}): Measurement {
  const { simulatedInstances, simulatedHours } = effort;
  return {
    title: 'A fleet, simulated',
    method:
      `The real token cache, secret cache, SecretClient and token requests on a simulated clock. ${simulatedInstances} instances start within ten ` +
      `seconds, and each gets one request a minute for ${simulatedHours} hours. After a quarter of that time the secret is rotated, and Entra ` +
      'refuses the old one. After half of that time Entra answers 503 for ten minutes. The first read of the vault by an instance ' +
      'takes two requests.',
    figures: [
      {
        name: 'Key Vault, most requests in any ten seconds',
        value: peakWithin(azure.vaultRequestsMs, 10_000),
        unit: 'requests',
        wanted: { atMost: 4_000 },
      },
      { name: 'Key Vault, all requests', value: azure.vaultRequestsMs.length, unit: 'requests' },
      {
        name: 'Entra, most token requests in any second',
        value: peakWithin(azure.tokenRequestsMs, 1_000),
        unit: 'requests',
      },
      { name: 'Entra, all token requests', value: azure.tokenRequestsMs.length, unit: 'requests' },
      { name: 'callers served', value: callers.served, unit: 'requests' },
      { name: 'callers that waited for an upstream', value: callers.waited, unit: 'requests' },
      { name: 'failed callers', value: callers.failed, unit: 'requests' },
      {
        name: 'failed callers although a valid token was cached',
        value: callers.failedNeedlessly,
        unit: 'requests',
        wanted: { atMost: 0 },
      },
    ],
  };
}
