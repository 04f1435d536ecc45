import type { TokenCredential } from '@azure/core-auth';
import type { Clock } from '../clock.ts';
import { UpstreamError } from '../errors.ts';
import { createAccessToken } from '../tokens/access-token.ts';
import type { RequestIdentityToken } from './app-identity.ts';

/** The tools take seconds to start. Both together leave some of a request's time. */
const AZ_TIMEOUT_MS = 12_000;
const AZD_TIMEOUT_MS = 5_000;
export const DEVELOPER_IDENTITY_TIMEOUT_MS = AZ_TIMEOUT_MS + AZD_TIMEOUT_MS + 1_000;

/**
 * Requests tokens of the developer who is signed in with `az login` or `azd auth login`: on a developer's machine only.
 *
 * Throws `misconfigured` if neither tool returns a token.
 */
export function createDeveloperIdentity(clock: Clock): RequestIdentityToken {
  let credential: TokenCredential | undefined;
  return async (scope) => {
    const requestedAt = clock.now();
    try {
      credential ??= await loadCredential();
      const issued = await credential.getToken(scope);
      if (issued === null) throw new Error('The tools return no token.');
      const { token, expiresOnTimestamp } = issued;
      return createAccessToken({
        value: token,
        scope,
        requestedAt,
        lifetimeMs: expiresOnTimestamp - requestedAt.wallMs,
      });
    } catch (cause) {
      throw new UpstreamError(
        'misconfigured',
        'IDENTITY_ENDPOINT is not set, and neither az nor azd returned a token of a signed-in developer.',
        { service: 'identity-endpoint' },
        {
          hint:
            'Run "az login" (Azure CLI) in the terminal that starts the function app, or use the local stand-ins: npm start. If you are signed in, ' +
            `check that "az account get-access-token --resource https://vault.azure.net" succeeds in less than ${AZ_TIMEOUT_MS / 1000} s.`,
          cause,
        },
      );
    }
  };
}

async function loadCredential(): Promise<TokenCredential> {
  const { AzureCliCredential, AzureDeveloperCliCredential, ChainedTokenCredential } =
    await import('./developer-sdk.ts');
  return new ChainedTokenCredential(
    new AzureCliCredential({ processTimeoutInMs: AZ_TIMEOUT_MS }),
    new AzureDeveloperCliCredential({ processTimeoutInMs: AZD_TIMEOUT_MS }),
  );
}
