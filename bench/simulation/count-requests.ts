import { mock } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { ClientSecretCredential } from '@azure/identity';
import type { Clock } from '../../src/clock.ts';
import { createAzureHttpClient } from '../../src/secrets/azure-http-client.ts';
import { createSimulatedClock } from '../../test/support/simulated-clock.ts';
import { createTokenSource } from '../token-source.ts';
import { createSimulatedAzure, SIMULATED_SETTINGS, type SimulatedAzure } from './simulated-azure.ts';
import { createSimulatedRandom } from './simulated-random.ts';

export const REQUESTS_PER_SECOND = 50;

/** The number of requests to the vault for a secret, and to the issuer for a token. */
export interface UpstreamCount {
  readonly vault: number;
  readonly issuer: number;
}

/** The upstream requests for the callers of a day: with this cache, and with one shared ClientSecretCredential. */
export async function countSimulatedRequests(
  hours: number,
): Promise<{ cache: UpstreamCount; sharedCredential: UpstreamCount }> {
  return {
    cache: await simulate(hours, (clock, { fetch }) => {
      const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
      const runtime = { clock, fetch, log, random: createSimulatedRandom() };
      return createTokenSource(SIMULATED_SETTINGS, runtime).getToken;
    }),
    sharedCredential: await simulate(hours, (_clock, { fetch, currentSecret }) => {
      const { POWERBI_TENANT_ID: tenantId, POWERBI_CLIENT_ID: clientId } = SIMULATED_SETTINGS;
      const credential = new ClientSecretCredential(tenantId, clientId, currentSecret(), {
        authorityHost: 'https://login.microsoftonline.com',
        httpClient: createAzureHttpClient(fetch, 'issuer'),
        disableInstanceDiscovery: true,
      });
      return () => credential.getToken('https://analysis.windows.net/powerbi/api/.default');
    }),
  };
}

type CreateSource = (clock: Clock, azure: SimulatedAzure) => () => Promise<unknown>;

/** Simulates every caller while an upstream request is pending, and one caller a second at other times. */
async function simulate(hours: number, createSource: CreateSource): Promise<UpstreamCount> {
  const clock = createSimulatedClock(Date.now());
  const azure = createSimulatedAzure(clock);
  const ask = createSource(clock, azure);
  // MSAL reads only the machine's clock.
  mock.timers.enable({ apis: ['Date'], now: clock.now().wallMs });
  try {
    while (clock.now().monotonicMs < hours * 3_600_000) {
      mock.timers.setTime(clock.now().wallMs);
      const call = { isAnswered: false };
      void ask().then(() => {
        call.isAnswered = true;
      });
      await nextTurn();
      const stepMs = call.isAnswered && azure.isIdle() ? 1_000 : 1_000 / REQUESTS_PER_SECOND;
      await clock.advance(stepMs, { isSettled: true });
    }
  } finally {
    mock.timers.reset();
  }
  return { vault: azure.secretsRead(), issuer: azure.tokenRequestsMs.length };
}
