import { mock } from 'node:test';
import { ClientSecretCredential } from '@azure/identity';
import { createAzureHttpClient } from '../../src/upstream/azure-http-client.ts';
import { createTokenSource } from '../token-source.ts';
import { createSimulatedAzure, SIMULATED_SETTINGS, type SimulatedAzure } from './simulated-azure.ts';
import { createSimulatedRandom } from './simulated-random.ts';
import { createSimulatedTime, nextTurn, type SimulatedTime } from './simulated-time.ts';

export const REQUESTS_PER_SECOND = 50;

/** How often the vault was asked for a secret, and the issuer for a token. */
export interface UpstreamCount {
  readonly vault: number;
  readonly issuer: number;
}

/** What a day's callers cost upstream: with this cache, and with one ClientSecretCredential that all share. */
export async function countSimulatedRequests(
  hours: number,
): Promise<{ cache: UpstreamCount; sharedCredential: UpstreamCount }> {
  return {
    cache: await simulate(hours, ({ clock }, { fetch, askIdentity }) => {
      const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
      const runtime = { clock, fetch, log, random: createSimulatedRandom() };
      return createTokenSource(SIMULATED_SETTINGS, runtime, askIdentity).getToken;
    }),
    sharedCredential: await simulate(hours, (_time, { fetch, currentSecret }) => {
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

type CreateSource = (time: SimulatedTime, azure: SimulatedAzure) => () => Promise<unknown>;

/** Callers come at their rate while an answer is awaited; while none is, one a second shows the same as all of them. */
async function simulate(hours: number, createSource: CreateSource): Promise<UpstreamCount> {
  const time = createSimulatedTime(Date.now());
  const azure = createSimulatedAzure(time);
  const ask = createSource(time, azure);
  const endMs = time.nowMs() + hours * 3_600_000;
  // MSAL asks nobody but the machine what time it is.
  mock.timers.enable({ apis: ['Date'], now: time.nowMs() });
  try {
    while (time.nowMs() < endMs) {
      mock.timers.setTime(time.nowMs());
      const call = { isAnswered: false };
      void ask().then(() => {
        call.isAnswered = true;
      });
      await nextTurn();
      await time.advanceTo(time.nowMs() + (call.isAnswered && azure.isIdle() ? 1_000 : 1_000 / REQUESTS_PER_SECOND));
    }
  } finally {
    mock.timers.reset();
  }
  return { vault: azure.secretsRead(), issuer: azure.tokenRequestsMs.length };
}
