import type { Cloud } from './clouds.ts';

/** A profile: one way to get one kind of token. */
export interface ClientCredentialsProfile {
  readonly grant: 'client_credentials';
  readonly name: string;
  readonly issuer: Issuer;
  readonly clientId: string;
  readonly credential: SecretCredential;
  /** What is asked for, as the issuer wants it named. */
  readonly target: Target;
  readonly cloud: Cloud;
}

export type Profile = ClientCredentialsProfile;

export interface Issuer {
  readonly issuer: string;
  readonly tokenEndpoint: string;
}

export interface SecretCredential {
  readonly kind: 'secret';
  readonly secretName: string;
}

/** `scope` for OAuth 2.0 at large and Entra's v2.0 endpoint, `resource` for its v1 endpoint. */
export interface Target {
  readonly parameter: 'scope' | 'resource' | 'audience';
  readonly value: string;
}
