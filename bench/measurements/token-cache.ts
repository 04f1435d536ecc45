import { ClientSecretCredential } from '@azure/identity';
import { seed } from '../../local/emulators/emulators.ts';
import { createMachineRuntime } from '../../src/app/machine.ts';
import { createTokenSource } from '../token-source.ts';
import type { Measurement } from '../measurement.ts';
import type { Stand } from '../stand.ts';
import { median } from '../statistics.ts';

/** A cached token of this app's cache, compared with that of @azure/identity. */
export async function measureTokenCache({ effort, emulators, environment }: Stand): Promise<Measurement> {
  const { getToken } = createTokenSource(environment, createMachineRuntime());
  const credential = new ClientSecretCredential(seed.tenantId, seed.app.clientId, seed.app.secret, {
    authorityHost: emulators.entra.url,
    disableInstanceDiscovery: true,
  });
  const getAzureToken = (): Promise<unknown> =>
    credential.getToken('https://analysis.windows.net/powerbi/api/.default');

  const own: number[] = [];
  const azure: number[] = [];
  const { callsPerRound, rounds } = effort;
  // The first round fills the caches and lets the compiler optimize.
  for (let round = 0; round <= rounds; round++) {
    own.push(await timeCalls(getToken, callsPerRound.tokenCache));
    azure.push(await timeCalls(getAzureToken, callsPerRound.azureCredential));
  }
  const ownUs = median(own.slice(1));
  const azureUs = median(azure.slice(1));
  return {
    title: 'The token cache',
    method: 'Sequential calls in one process, in turn, with both caches filled from the stand-in for Entra over TLS.',
    figures: [
      { name: 'token cache, one call', value: ownUs, unit: 'µs' },
      { name: 'ClientSecretCredential.getToken, one call', value: azureUs, unit: 'µs' },
      { name: 'times faster', value: azureUs / ownUs, unit: 'times', wanted: { atLeast: 10 } },
    ],
  };
}

/** Microseconds for one of `calls` calls. */
async function timeCalls(call: () => Promise<unknown>, calls: number): Promise<number> {
  const startMs = performance.now();
  for (let done = 0; done < calls; done++) await call();
  return ((performance.now() - startMs) * 1000) / calls;
}
