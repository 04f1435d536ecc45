import type { Emulators, RecordedRequest } from '../../local/emulators/emulators.ts';

/** The number of requests to each upstream, by kind. */
export interface AskedUpstream {
  readonly identityTokens: number;
  /** Requests without a token: the SDK gets the vault's challenge this way. */
  readonly vaultChallenges: number;
  readonly secretReads: number;
  readonly versionLists: number;
  readonly tokenRequests: number;
  readonly powerBiCalls: number;
}

const NOTHING_ASKED: AskedUpstream = {
  identityTokens: 0,
  vaultChallenges: 0,
  secretReads: 0,
  versionLists: 0,
  tokenRequests: 0,
  powerBiCalls: 0,
};

/** Counts every request since the stand-ins were last reset. */
export function countAsked({ identityEndpoint, keyVault, entra, powerBi }: Emulators): AskedUpstream {
  const [challenges, authorized] = partition(keyVault.requests, ({ headers }) => headers.authorization === undefined);
  const [versionLists, secretReads] = partition(authorized, ({ path }) => path.endsWith('/versions'));
  return {
    identityTokens: identityEndpoint.requests.length,
    vaultChallenges: challenges.length,
    secretReads: secretReads.length,
    versionLists: versionLists.length,
    tokenRequests: entra.requests.length,
    powerBiCalls: powerBi.requests.length,
  };
}

/** Only the upstreams with requests. */
export function asked(expected: Partial<AskedUpstream>): AskedUpstream {
  return { ...NOTHING_ASKED, ...expected };
}

/** Clears the requests and faults of all stand-ins. */
export function resetAll({ identityEndpoint, keyVault, entra, powerBi }: Emulators): void {
  for (const emulator of [identityEndpoint, keyVault, entra, powerBi]) emulator.reset();
}

function partition(
  requests: readonly RecordedRequest[],
  isFirst: (request: RecordedRequest) => boolean,
): [RecordedRequest[], RecordedRequest[]] {
  return [requests.filter(isFirst), requests.filter((request) => !isFirst(request))];
}
