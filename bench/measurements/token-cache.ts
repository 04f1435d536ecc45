import { ClientSecretCredential } from '@azure/identity';
import { seed } from '../../local/emulators/emulators.ts';
import { createMachineRuntime } from '../../src/app/machine.ts';
import { createTokenSource } from '../token-source.ts';
import type { Measurement } from '../measurement.ts';
import type { Stand } from '../stand.ts';
import { median } from '../statistics.ts';

/** A warm token out of this cache, and out of that of @azure/identity. */
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
  // The first round fills the caches and warms the compiler up.
  for (let round = 0; round <= rounds; round++) {
    own.push(await timeCalls(getToken, callsPerRound.tokenCache));
    azure.push(await timeCalls(getAzureToken, callsPerRound.azureCredential));
  }
  const ownUs = median(own.slice(1));
  const azureUs = median(azure.slice(1));
  return {
    title: 'The cache itself',
    method: 'One call after the other in one process, both caches warm, by turns; against the Entra stand-in over TLS.',
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
