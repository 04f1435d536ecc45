import type { Runtime } from '../runtime.ts';
import type { IssuerProfile, Profile } from '../config/profiles/profile.ts';
import type { AppIdentity } from '../identity/app-identity.ts';
import { createCertificateAuthenticator } from '../issuers/credentials/certificate-authenticator.ts';
import { createClientCredentialsEndpoint } from '../issuers/grant-types/client-credentials.ts';
import type { ClientAuthenticator } from '../issuers/credentials/client-authenticator.ts';
import type { FindIssuer } from '../issuers/discovery.ts';
import { createFederatedAuthenticator } from '../issuers/credentials/federated-authenticator.ts';
import { createManagedIdentityEndpoint } from '../issuers/grant-types/managed-identity.ts';
import { createOnBehalfOfEndpoint, type Person } from '../issuers/grant-types/on-behalf-of.ts';
import { createPasswordEndpoint } from '../issuers/grant-types/password.ts';
import { createSecretAuthenticator } from '../issuers/credentials/secret-authenticator.ts';
import { createTokenRequester, type TokenRequester } from '../issuers/token-requester.ts';
import type { ServedProfile } from './profiles.ts';
import type { Secret } from '../secrets/secret-store.ts';
import type { VaultCertificate } from '../secrets/certificate-store.ts';
import type { VaultObjectCache } from '../secrets/vault-object-cache.ts';
import { createSignIn } from '../sign-in/sign-in.ts';
import type { TokenEndpoint } from '../tokens/token-endpoint.ts';

/** The parts that profiles are built with. */
export interface ProfileParts extends Runtime {
  readonly secrets: VaultObjectCache<Secret>;
  readonly certificates: VaultObjectCache<VaultCertificate>;
  readonly identityOf: (clientId: string | undefined) => AppIdentity;
  readonly findIssuer: FindIssuer;
}

/** Adds the token endpoint, or the sign-in, of its grant type to a profile. */
export function serveProfile(settings: Profile, parts: ProfileParts): ServedProfile {
  const { name } = settings;
  switch (settings.grant) {
    case 'client_credentials': {
      const endpoint = createClientCredentialsEndpoint(createRequester(settings, parts));
      return { kind: 'own', name, settings, endpoint };
    }
    case 'password': {
      const endpoint = createPasswordEndpoint(settings, createRequester(settings, parts), parts);
      return { kind: 'own', name, settings, endpoint };
    }
    case 'managed_identity': {
      const endpoint = createManagedIdentityEndpoint(settings, parts.identityOf(settings.clientId));
      return { kind: 'own', name, settings, endpoint };
    }
    case 'on_behalf_of': {
      const requester = createRequester(settings, parts);
      const endpointFor = (person: Person): TokenEndpoint => createOnBehalfOfEndpoint(requester, person);
      return { kind: 'on-behalf-of', name, settings, endpointFor };
    }
    case 'authorization_code': {
      const signIn = createSignIn({
        profile: settings,
        requester: createRequester(settings, parts),
        clock: parts.clock,
      });
      return { kind: 'sign-in', name, settings, signIn };
    }
    default:
      return settings satisfies never;
  }
}

function createRequester(profile: IssuerProfile, parts: ProfileParts): TokenRequester {
  return createTokenRequester(profile, createAuthenticator(profile, parts), parts);
}

function createAuthenticator({ credential }: IssuerProfile, parts: ProfileParts): ClientAuthenticator {
  switch (credential.kind) {
    case 'secret':
      return createSecretAuthenticator(credential, parts);
    case 'certificate':
      return createCertificateAuthenticator(credential, parts);
    case 'managed-identity':
      return createFederatedAuthenticator(credential, parts.identityOf(credential.clientId));
    default:
      return credential satisfies never;
  }
}
