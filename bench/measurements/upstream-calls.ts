import { ClientSecretCredential, ManagedIdentityCredential } from '@azure/identity';
import { SecretClient } from '@azure/keyvault-secrets';
import { seed } from '../../local/emulators/emulators.ts';
import { createMachineRuntime } from '../../src/app/machine.ts';
import type { Figure, Measurement } from '../measurement.ts';
import { countSimulatedRequests, REQUESTS_PER_SECOND, type UpstreamCount } from '../simulation/count-requests.ts';
import type { Stand } from '../stand.ts';
import { createTokenSource } from '../token-source.ts';

const SCOPE = 'https://analysis.windows.net/powerbi/api/.default';

/** The number of requests to the vault and the issuer for the same callers: with this cache, and with common code. */
export async function measureUpstreamCalls(stand: Stand): Promise<Measurement> {
  const { coldCallers, simulatedHours } = stand.effort;
  const cold = {
    cache: await countColdCallers(stand, createTokenSource(stand.environment, createMachineRuntime()).getToken),
    perRequest: await countColdCallers(stand, createPerRequestCredentials(stand)),
    shared: await countColdCallers(stand, createSharedCredential(stand)),
  };
  const simulated = await countSimulatedRequests(simulatedHours);
  const requests = simulatedHours * 3600 * REQUESTS_PER_SECOND;
  const perRequest: UpstreamCount = {
    vault: (cold.perRequest.vault / coldCallers) * requests,
    issuer: (cold.perRequest.issuer / coldCallers) * requests,
  };
  return {
    title: 'Upstream calls',
    method:
      `Cold: ${coldCallers} callers at once, with real clients and the stand-ins over TLS. Requests for secrets and for tokens count, ` +
      'discovery does not. "One for each request" creates a SecretClient and a ClientSecretCredential for every caller, like the ' +
      'samples. "One shared" keeps both, and the secret.\n\n' +
      `Simulated: ${simulatedHours} hours with ${REQUESTS_PER_SECOND} requests a second, tokens of 3,599 s, a vault that answers after 50 ms and an issuer that ` +
      `answers after 200 ms. While no upstream request is pending, one simulated request represents ${REQUESTS_PER_SECOND}. ClientSecretCredential ` +
      'uses the same simulated clock. The figures for "one for each request" are calculated from the cold callers.',
    figures: [
      ...describe(`${coldCallers} cold callers: this cache`, cold.cache, 1),
      ...describe(`${coldCallers} cold callers: one for each request`, cold.perRequest),
      ...describe(`${coldCallers} cold callers: one shared`, cold.shared),
      ...describe(`${simulatedHours} h: this cache`, simulated.cache),
      ...describe(`${simulatedHours} h: one for each request`, perRequest),
      // It got its secret once, and never reads another.
      {
        name: `${simulatedHours} h: one shared, token requests`,
        value: simulated.sharedCredential.issuer,
        unit: 'requests',
      },
    ],
  };
}

type Ask = () => Promise<unknown>;

async function countColdCallers({ effort, emulators }: Stand, ask: Ask): Promise<UpstreamCount> {
  const { keyVault, entra } = emulators;
  keyVault.reset();
  entra.reset();
  await Promise.all(Array.from({ length: effort.coldCallers }, ask));
  return {
    // A client's first request has no token, and the vault challenges it.
    vault: keyVault.requests.filter(({ status }) => status === 200).length,
    issuer: entra.requests.filter(({ method }) => method === 'POST').length,
  };
}

function createPerRequestCredentials(stand: Stand): Ask {
  return async () => {
    const { value = '' } = await createSecretClient(stand).getSecret(seed.app.secretName);
    return createCredential(stand, value).getToken(SCOPE);
  };
}

function createSharedCredential(stand: Stand): Ask {
  const credential = createSecretClient(stand)
    .getSecret(seed.app.secretName)
    .then(({ value = '' }) => createCredential(stand, value));
  return async () => (await credential).getToken(SCOPE);
}

function createSecretClient({ emulators }: Stand): SecretClient {
  return new SecretClient(emulators.keyVault.url, new ManagedIdentityCredential(), {
    disableChallengeResourceVerification: true,
  });
}

function createCredential({ emulators }: Stand, secret: string): ClientSecretCredential {
  return new ClientSecretCredential(seed.tenantId, seed.app.clientId, secret, {
    authorityHost: emulators.entra.url,
    disableInstanceDiscovery: true,
  });
}

function describe(name: string, { vault, issuer }: UpstreamCount, atMost?: number): Figure[] {
  const wanted = atMost === undefined ? {} : { wanted: { atMost } };
  return [
    { name: `${name}, secret reads`, value: vault, unit: 'requests', ...wanted },
    { name: `${name}, token requests`, value: issuer, unit: 'requests', ...wanted },
  ];
}
