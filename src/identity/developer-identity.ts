import { AzureCliCredential, AzureDeveloperCliCredential, ChainedTokenCredential } from '@azure/identity';
import { UpstreamError } from '../errors.ts';
import type { GetIdentityToken } from './managed-identity.ts';

/** The developer who is signed in with `az login` or `azd auth login`: on a developer's machine alone. */
export function createDeveloperIdentity(): GetIdentityToken {
  const credential = new ChainedTokenCredential(new AzureCliCredential(), new AzureDeveloperCliCredential());
  return async (scope) => {
    try {
      return await credential.getToken(scope);
    } catch (cause) {
      throw new UpstreamError(
        'misconfigured',
        'No IDENTITY_ENDPOINT is set, and no developer is signed in on this machine.',
        { service: 'identity-endpoint' },
        {
          hint: 'Run "az login" (Azure CLI) in the terminal that starts the function app, or use the local stack: npm start.',
          cause,
        },
      );
    }
  };
}
