import type { Cloud } from '../clouds.ts';

/** A profile: how to get tokens, with every default filled in. */
export type Profile =
  ClientCredentialsProfile | PasswordProfile | OnBehalfOfProfile | AuthorizationCodeProfile | ManagedIdentityProfile;

/** A profile whose tokens come from a token endpoint. */
export type IssuerProfile = Exclude<Profile, ManagedIdentityProfile>;

export interface ClientCredentialsProfile extends IssuerMembers {
  readonly grant: 'client_credentials';
  readonly powerBiProfileId?: string | undefined;
}

/** A master user: a user account with which a program signs in. */
export interface PasswordProfile extends IssuerMembers {
  readonly grant: 'password';
  readonly username: string;
  readonly passwordSecretName: string;
}

export interface OnBehalfOfProfile extends IssuerMembers {
  readonly grant: 'on_behalf_of';
}

/** People sign in with a browser. */
export interface AuthorizationCodeProfile extends IssuerMembers {
  readonly grant: 'authorization_code';
  /** The URL registered for `/auth/callback`, from SIGN_IN_REDIRECT_URI. */
  readonly redirectUri: string;
}

/** The token is that of the function app's own identity. */
export interface ManagedIdentityProfile extends BaseProfile {
  readonly grant: 'managed_identity';
  /** A user-assigned identity. Undefined for the app's own: that of AZURE_CLIENT_ID, or the system-assigned one. */
  readonly clientId: string | undefined;
  readonly scope: string;
  readonly powerBiProfileId?: string | undefined;
}

interface BaseProfile {
  readonly name: string;
  readonly cloud: Cloud;
}

interface IssuerMembers extends BaseProfile {
  readonly issuer: IssuerSettings;
  readonly clientId: string;
  readonly credential: Credential;
  /** What is requested: `scope`, and `resource` or `audience` if the issuer requires them. */
  readonly target: Target;
  /** Additional form parameters of every token request. */
  readonly parameters: Readonly<Record<string, string>>;
}

/** `isEntra` allows what only Entra understands. */
export type IssuerSettings = { readonly issuer: string; readonly isEntra: boolean } & (
  | {
      /** The token endpoint is known. `isIssuerNamed`: `issuer` is the issuer's own name, not only the host of the endpoint. */
      readonly kind: 'endpoint';
      readonly tokenEndpoint: string;
      readonly isIssuerNamed: boolean;
    }
  /** Found through `/.well-known/openid-configuration`. */
  | { readonly kind: 'discovered' }
);

export type Credential =
  | {
      readonly kind: 'secret';
      readonly secretName: string;
      readonly method: 'client_secret_post' | 'client_secret_basic';
    }
  | { readonly kind: 'certificate'; readonly certificateName: string }
  /** A user-assigned identity as the app registration's federated credential. */
  | { readonly kind: 'managed-identity'; readonly clientId: string; readonly audience: string };

export interface Target {
  readonly scope?: string;
  readonly resource?: string;
  readonly audience?: string;
}

/** The names of the Key Vault secrets that this profile reads, without those of certificates. */
export function secretNamesOf(profile: Profile): readonly string[] {
  if (profile.grant === 'managed_identity') return [];
  return [
    ...(profile.credential.kind === 'secret' ? [profile.credential.secretName] : []),
    ...(profile.grant === 'password' ? [profile.passwordSecretName] : []),
  ];
}

/** The names of the Key Vault certificates that this profile signs with. */
export function certificateNamesOf(profile: Profile): readonly string[] {
  if (profile.grant === 'managed_identity' || profile.credential.kind !== 'certificate') return [];
  return [profile.credential.certificateName];
}

/** Whether the profile reads anything from Key Vault. */
export function needsKeyVault(profile: Profile): boolean {
  const names = [...secretNamesOf(profile), ...certificateNamesOf(profile)];
  return names.length > 0 || profile.grant === 'authorization_code';
}

/** Whether its tokens are for Power BI. Those of another issuer than Entra may be for any resource. */
export function isForPowerBi(profile: Profile): boolean {
  const { powerBiResource } = profile.cloud;
  const targets = profile.grant === 'managed_identity' ? [profile.scope] : Object.values<string>({ ...profile.target });
  return targets.some((target) => target.startsWith(powerBiResource));
}

/** Whose token a profile issues: the hint for a refusal of Power BI depends on it. */
export type TokenHolder = 'service-principal' | 'master-user' | 'person';

export function tokenHolderOf({ grant }: Pick<Profile, 'grant'>): TokenHolder {
  switch (grant) {
    case 'client_credentials':
    case 'managed_identity':
      return 'service-principal';
    case 'password':
      return 'master-user';
    case 'on_behalf_of':
    case 'authorization_code':
      return 'person';
    default:
      return grant satisfies never;
  }
}

/** The service principal profile that calls to Power BI act as, if there is one. */
export function powerBiProfileIdOf(profile: Profile): string | undefined {
  return 'powerBiProfileId' in profile ? profile.powerBiProfileId : undefined;
}
