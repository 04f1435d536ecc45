import { CLOUDS, type Cloud } from '../clouds.ts';
import type { Fault } from '../faults.ts';
import type { Credential, IssuerSettings, Profile, Target } from './profile.ts';
import type { IssuerProfileInput, ProfileInput } from './profiles-schema.ts';
import { isGuid } from '../setting-schemas.ts';

export interface ProfileContext {
  readonly cloud: Cloud;
  /** SIGN_IN_REDIRECT_URI, which only a sign-in profile needs. Undefined if it is missing, which is an error in the settings. */
  readonly readRedirectUri: () => string | undefined;
}

export interface ProfileReading {
  /** Undefined if the profile, or a setting that it needs, has an error. */
  readonly profile: Profile | undefined;
  readonly faults: readonly Fault[];
}

/** Adds the defaults to a profile that matches the schema, and finds properties that contradict each other. */
export function readProfile(
  name: string,
  input: ProfileInput,
  { cloud, readRedirectUri }: ProfileContext,
): ProfileReading {
  if (input.grant === 'managed_identity') {
    const { grant, clientId, scope = `${cloud.powerBiResource}/.default`, powerBiProfileId } = input;
    return { profile: { grant, name, cloud, clientId, scope, powerBiProfileId }, faults: [] };
  }
  const faults = [...findContradictions(input, cloud), ...findReservedParameters(input)];
  const issuer = readIssuer(input, cloud);
  const common = {
    name,
    cloud,
    issuer,
    clientId: input.clientId,
    credential: readCredential(input, cloud),
    target: readTarget(input, { cloud, issuer }),
    parameters: input.parameters ?? {},
  };
  if (faults.length > 0) return { profile: undefined, faults };
  switch (input.grant) {
    case 'client_credentials': {
      const { grant, powerBiProfileId } = input;
      return { profile: { grant, ...common, powerBiProfileId }, faults };
    }
    case 'on_behalf_of':
      return { profile: { grant: input.grant, ...common }, faults };
    case 'password': {
      const { grant, username, password } = input;
      return { profile: { grant, ...common, username, passwordSecretName: password.secret }, faults };
    }
    case 'authorization_code': {
      const redirectUri = readRedirectUri();
      return {
        profile: redirectUri === undefined ? undefined : { grant: input.grant, ...common, redirectUri },
        faults,
      };
    }
    default:
      return input satisfies never;
  }
}

/** Entra's v2.0 endpoint of one tenant. */
export function entraIssuer(cloud: Cloud, tenantIdInAnyCase: string): IssuerSettings {
  // In lower case, as in Entra's `iss`, which is compared exactly.
  const tenantId = tenantIdInAnyCase.toLowerCase();
  return {
    kind: 'endpoint',
    issuer: `${cloud.authority}/${tenantId}/v2.0`,
    isIssuerNamed: true,
    tokenEndpoint: `${cloud.authority}/${tenantId}/oauth2/v2.0/token`,
    isEntra: true,
  };
}

function readIssuer(input: IssuerProfileInput, cloud: Cloud): IssuerSettings {
  const { issuer, tokenEndpoint, tenantId } = input;
  if (tokenEndpoint !== undefined) {
    return {
      kind: 'endpoint',
      issuer: issuer ?? new URL(tokenEndpoint).origin,
      isIssuerNamed: issuer !== undefined,
      tokenEndpoint,
      isEntra: isAuthorityOf(cloud, tokenEndpoint),
    };
  }
  if (issuer !== undefined) return { kind: 'discovered', issuer, isEntra: isAuthorityOf(cloud, issuer) };
  return entraIssuer(cloud, tenantId ?? '');
}

function readCredential({ credential, clientAuthentication }: IssuerProfileInput, cloud: Cloud): Credential {
  if ('certificate' in credential) return { kind: 'certificate', certificateName: credential.certificate };
  if ('managedIdentity' in credential) {
    const { managedIdentity: clientId, audience = cloud.federatedAudience } = credential;
    return { kind: 'managed-identity', clientId, audience };
  }
  const method = clientAuthentication === 'client_secret_basic' ? clientAuthentication : 'client_secret_post';
  return { kind: 'secret', secretName: credential.secret, method };
}

function readTarget(input: IssuerProfileInput, { cloud, issuer }: { cloud: Cloud; issuer: IssuerSettings }): Target {
  const { scope, resource, audience } = input;
  const named: Target = {
    ...(scope === undefined ? {} : { scope }),
    ...(resource === undefined ? {} : { resource }),
    ...(audience === undefined ? {} : { audience }),
  };
  const isEntra = issuer.kind === 'endpoint' && issuer.isEntra;
  if (Object.keys(named).length > 0 || !isEntra) return named;
  return isEntraV1(issuer.tokenEndpoint) ? { resource: cloud.powerBiResource } : { scope: defaultScope(input, cloud) };
}

/** A sign-in also requests a refresh token. Every other grant type requests the permissions that were granted before. */
function defaultScope({ grant }: IssuerProfileInput, cloud: Cloud): string {
  const scope = `${cloud.powerBiResource}/.default`;
  return grant === 'authorization_code' ? `${scope} openid offline_access` : scope;
}

function isEntraV1(tokenEndpoint: string): boolean {
  return /^\/[^/]+\/oauth2\/token$/.test(new URL(tokenEndpoint).pathname);
}

function findContradictions(input: IssuerProfileInput, cloud: Cloud): Fault[] {
  const { issuer, tokenEndpoint, tenantId, clientId, credential, clientAuthentication, grant } = input;
  const faults: Fault[] = [];
  const foreign = issuer ?? tokenEndpoint;
  if (foreign === undefined) {
    if (tenantId === undefined)
      faults.push({
        name: 'tenantId',
        problem:
          'is missing: the tenant of the app registration, or issuer or tokenEndpoint for an issuer that is not Entra',
      });
    if (grant === 'authorization_code' && tenantId !== undefined && !isGuid(tenantId)) {
      faults.push({ name: 'tenantId', problem: 'must be the tenant id (a GUID), not a domain, in a sign-in profile' });
    }
    if (!isGuid(clientId)) faults.push({ name: 'clientId', problem: 'must be the application (client) id (a GUID)' });
  } else if (tenantId !== undefined) {
    faults.push({
      name: 'tenantId',
      problem: 'must be left out with issuer or tokenEndpoint: their URL names the tenant',
    });
  }
  for (const [name, address] of Object.entries({ issuer, tokenEndpoint })) {
    if (address !== undefined && isAuthorityOfAnother(cloud, address)) {
      faults.push({ name, problem: 'belongs to another cloud than this profile (cloud, POWERBI_CLOUD)' });
    }
  }
  if (
    (clientAuthentication === 'private_key_jwt') !== 'certificate' in credential &&
    clientAuthentication !== undefined
  ) {
    faults.push({
      name: 'clientAuthentication',
      problem:
        'must be private_key_jwt with a certificate, and client_secret_post or client_secret_basic with a secret',
    });
  }
  const isEntra = foreign === undefined || isAuthorityOf(cloud, foreign);
  if ('managedIdentity' in credential && !isEntra) {
    faults.push({
      name: 'credential.managedIdentity',
      problem: 'works with Entra only: use a secret or a certificate with another issuer',
    });
  }
  if (isEntra && !takesScope(input)) {
    faults.push({
      name: 'scope',
      problem:
        'must be one resource with /.default for client_credentials: Entra gives an application only the permissions that were granted before (AADSTS1002012)',
    });
  }
  const isSignIn = grant === 'authorization_code';
  if (foreign !== undefined && (isSignIn || (grant === 'on_behalf_of' && !isEntra))) {
    faults.push({
      name: 'grant',
      problem: `is ${grant}, which works with Entra only: leave issuer and tokenEndpoint out`,
    });
  }
  return faults;
}

/** Whether Entra accepts the scope; its v1 endpoint ignores it. */
function takesScope({ grant, scope, tokenEndpoint }: IssuerProfileInput): boolean {
  if (grant !== 'client_credentials' || scope === undefined) return true;
  return /^\S+\/\.default$/.test(scope) || (tokenEndpoint !== undefined && isEntraV1(tokenEndpoint));
}

/** Parameters of a token request that only this app may set. A secret among them would be readable in the file. */
const RESERVED_PARAMETERS = [
  'assertion',
  'client_assertion',
  'client_assertion_type',
  'client_id',
  'client_secret',
  'code',
  'grant_type',
  'password',
  'refresh_token',
  'username',
];

function findReservedParameters({ parameters = {} }: IssuerProfileInput): Fault[] {
  return RESERVED_PARAMETERS.filter((name) => Object.hasOwn(parameters, name)).map((name) => ({
    name: `parameters.${name}`,
    problem:
      'must be left out: the grant type and the credential of the profile set it, and this file must not contain a secret',
  }));
}

function isAuthorityOf(cloud: Cloud, address: string): boolean {
  return [cloud.authority, ...cloud.authorityAliases].includes(new URL(address).origin);
}

function isAuthorityOfAnother(cloud: Cloud, address: string): boolean {
  return !isAuthorityOf(cloud, address) && Object.values<Cloud>(CLOUDS).some((other) => isAuthorityOf(other, address));
}
