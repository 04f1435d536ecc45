import { AzureCliCredential, AzureDeveloperCliCredential, ChainedTokenCredential } from '@azure/identity';
import { UpstreamError } from '../errors.ts';
import type { GetIdentityToken } from './managed-identity.ts';

/** The tools take seconds to start; both together leave something of a request's time. */
const AZ_TIMEOUT_MS = 12_000;
const AZD_TIMEOUT_MS = 5_000;
export const DEVELOPER_IDENTITY_TIMEOUT_MS = AZ_TIMEOUT_MS + AZD_TIMEOUT_MS + 1_000;

/** The developer who is signed in with `az login` or `azd auth login`: on a developer's machine alone. */
export function createDeveloperIdentity(): GetIdentityToken {
  const credential = new ChainedTokenCredential(
    new AzureCliCredential({ processTimeoutInMs: AZ_TIMEOUT_MS }),
    new AzureDeveloperCliCredential({ processTimeoutInMs: AZD_TIMEOUT_MS }),
  );
  return async (scope) => {
    try {
      return await credential.getToken(scope);
    } catch (cause) {
      throw new UpstreamError(
        'misconfigured',
        'No IDENTITY_ENDPOINT is set, and neither az nor azd gave a token of a developer who is signed in on this machine.',
        { service: 'identity-endpoint' },
        {
          hint:
            'Run "az login" (Azure CLI) in the terminal that starts the function app, or use the local stack: npm start. Where you are signed in, ' +
            `see what "az account get-access-token --resource https://vault.azure.net" says, and that it takes less than ${AZ_TIMEOUT_MS / 1000} s.`,
          cause,
        },
      );
    }
  };
}
