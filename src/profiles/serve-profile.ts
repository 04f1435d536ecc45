import type { Runtime } from '../runtime.ts';
import type { Caller } from '../callers/caller.ts';
import type { Config } from '../config/config.ts';
import type { IssuerProfile, Profile } from '../config/profiles/profile.ts';
import { ServiceError } from '../errors.ts';
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
import { createProfiles, type Profiles, type ServedProfile } from './profiles.ts';
import type { Secret } from '../secrets/secret.ts';
import type { VaultCertificate } from '../secrets/certificate-store.ts';
import type { VaultObjectCache } from '../secrets/vault-object-cache.ts';
import { createSignIn, type SignIn } from '../sign-in/sign-in.ts';

/** What profiles are wired of: a part of the composition root. */
export interface ProfileParts extends Runtime {
  readonly secrets: VaultObjectCache<Secret>;
  readonly certificates: VaultObjectCache<VaultCertificate>;
  readonly identityOf: (clientId: string | undefined) => AppIdentity;
  readonly findIssuer: FindIssuer;
}

/** Wires every profile of the configuration with the endpoint that its grant asks. */
export function createServedProfiles(config: Config, parts: ProfileParts): Profiles {
  return createProfiles(
    [...config.profiles.values()].map((settings) => createServedProfile(settings, parts)),
    config.profileFaults,
  );
}

/** The way in for people, for each profile that has one. */
export function createProfileSignIns({ profiles, signIn }: Config, parts: ProfileParts): readonly SignIn[] {
  return [...profiles.values()]
    .filter((profile) => profile.grant === 'authorization_code')
    .map((profile) =>
      createSignIn({
        profile,
        requester: createRequester(profile, parts),
        redirectUri: signIn.redirectUri ?? '',
        clock: parts.clock,
      }),
    );
}

function createServedProfile(settings: Profile, parts: ProfileParts): ServedProfile {
  const { name } = settings;
  switch (settings.grant) {
    case 'client_credentials':
      return ownTokens(settings, createClientCredentialsEndpoint(createRequester(settings, parts)));
    case 'password':
      return ownTokens(settings, createPasswordEndpoint(settings, createRequester(settings, parts), parts));
    case 'managed_identity':
      return ownTokens(settings, createManagedIdentityEndpoint(settings, parts.identityOf(settings.clientId)));
    case 'on_behalf_of': {
      const requester = createRequester(settings, parts);
      const endpointFor = (caller: Caller) => createOnBehalfOfEndpoint(requester, readPerson(caller));
      return { name, settings, endpoint: undefined, endpointFor };
    }
    case 'authorization_code':
      return { name, settings, endpoint: undefined, endpointFor: refuseWithoutSignIn };
    default:
      return settings satisfies never;
  }
}

function ownTokens(settings: Profile, endpoint: ServedProfile['endpoint'] & object): ServedProfile {
  return { name: settings.name, settings, endpoint, endpointFor: () => endpoint };
}

function createRequester(profile: IssuerProfile, parts: ProfileParts): TokenRequester {
  return createTokenRequester(profile, createAuthenticator(profile, parts), parts);
}

function createAuthenticator(profile: IssuerProfile, parts: ProfileParts): ClientAuthenticator {
  const { credential, issuer } = profile;
  switch (credential.kind) {
    case 'secret':
      return createSecretAuthenticator(credential, parts);
    case 'certificate': {
      const isEntra = issuer.kind === 'endpoint' && issuer.isEntra;
      return createCertificateAuthenticator({ ...credential, algorithm: isEntra ? 'PS256' : 'RS256' }, parts);
    }
    case 'managed-identity':
      return createFederatedAuthenticator(credential, parts.identityOf(credential.clientId));
    default:
      return credential satisfies never;
  }
}

/** Throws `forbidden` for a caller who is no person, or who came with no token that could be exchanged. */
function readPerson(caller: Caller): Person {
  if (caller.kind === 'identified' && caller.bearerToken !== undefined && caller.claims.scp.length > 0) {
    return { tenantId: caller.claims.tid, objectId: caller.claims.oid, assertion: caller.bearerToken };
  }
  throw new ServiceError(
    'forbidden',
    'This profile gives a person their own token, and the caller is not known as a person.',
    {
      reason: 'no delegated bearer token (claim scp) to exchange',
      hint: 'Call with CALLER_AUTH=entra and an access token that a person got for this API (delegated, with a scope).',
    },
  );
}

function refuseWithoutSignIn(): never {
  throw new ServiceError('invalid_request', 'This profile gives tokens to people who have signed in, not here.', {
    hint: 'Sign in at /api/auth/sign-in, then ask /api/auth/token with the header X-Requested-With.',
  });
}
