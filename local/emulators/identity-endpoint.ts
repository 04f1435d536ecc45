import { createHash, randomUUID } from 'node:crypto';
import { knownResources, tokenExchangeResources } from './azure-resources.ts';
import type { Answer, Emulator, RecordedRequest } from './emulator.ts';
import { startEmulatorServer } from './emulator-server.ts';
import type { SigningKey } from './signing-key.ts';

interface KeptToken {
  readonly answer: Answer;
  readonly sha256: string;
  readonly keptUntilMs: number;
}

interface ManagedIdentity {
  readonly clientId: string;
  readonly principalId: string;
  readonly resourceId?: string;
}

export interface IdentityEndpointEmulator extends Emulator {
  /** The value that X-IDENTITY-HEADER must have; settable, because App Service rotates it. */
  identityHeader: string;
  tokenLifetimeSeconds: number;
  /** A user-assigned identity: requests name its client id, principal id or resource id. */
  readonly assign: (identity: ManagedIdentity) => void;
  readonly unassign: (clientId: string) => void;
  /** The identity for requests that name none; undefined removes it. */
  systemAssigned: ManagedIdentity | undefined;
}

export interface IdentityEndpointOptions {
  readonly signingKey: SigningKey;
  readonly tenantId: string;
  /** Entra's URL: it is the issuer of tokens for the federated exchange. */
  readonly authorityUrl: string;
  readonly nowMs: () => number;
  readonly port?: number | undefined;
}

/** App Service's managed identity endpoint (api-version 2019-08-01). */
export async function startIdentityEndpoint(
  options: IdentityEndpointOptions,
): Promise<IdentityEndpointEmulator & { close(): Promise<void> }> {
  const { signingKey, tenantId, authorityUrl, nowMs, port } = options;
  const userAssigned = new Map<string, ManagedIdentity>();
  const kept = new Map<string, KeptToken>();

  const findIdentity = (query: URLSearchParams): ManagedIdentity | undefined => {
    const clientId = query.get('client_id');
    if (clientId !== null) return userAssigned.get(clientId.toLowerCase());
    const principalId = query.get('principal_id') ?? query.get('object_id');
    const resourceId = query.get('mi_res_id')?.toLowerCase();
    if (principalId === null && resourceId === undefined) return emulator.systemAssigned;
    return [...userAssigned.values()].find((identity) =>
      principalId === null ? identity.resourceId?.toLowerCase() === resourceId : identity.principalId === principalId,
    );
  };

  /** As in App Service, it returns a token again for half its lifetime, unless the request says that it was refused. */
  const giveToken = async (identity: ManagedIdentity, query: URLSearchParams): Promise<Answer> => {
    const resource = query.get('resource') ?? '';
    const key = `${identity.clientId} ${resource} ${emulator.tokenLifetimeSeconds}`;
    const known = kept.get(key);
    const isRefused = known?.sha256 === query.get('token_sha256_to_refresh');
    if (known !== undefined && !isRefused && known.keptUntilMs > nowMs()) return known.answer;
    const { answer, token } = await issueToken(identity, resource);
    const keptUntilMs = nowMs() + (emulator.tokenLifetimeSeconds * 1000) / 2;
    kept.set(key, { answer, sha256: createHash('sha256').update(token).digest('hex'), keptUntilMs });
    return answer;
  };

  const issueToken = async (
    identity: ManagedIdentity,
    resource: string,
  ): Promise<{ readonly answer: Answer; readonly token: string }> => {
    const issuedAtSeconds = Math.floor(nowMs() / 1000);
    const expiresOnSeconds = issuedAtSeconds + emulator.tokenLifetimeSeconds;
    const isForExchange = tokenExchangeResources.includes(resource);
    const accessToken = await signingKey.sign({
      aud: resource,
      iss: isForExchange ? `${authorityUrl}/${tenantId}/v2.0` : `https://sts.windows.net/${tenantId}/`,
      iat: issuedAtSeconds,
      nbf: issuedAtSeconds,
      exp: expiresOnSeconds,
      sub: identity.principalId,
      oid: identity.principalId,
      [isForExchange ? 'azp' : 'appid']: identity.clientId,
      idtyp: 'app',
      tid: tenantId,
      uti: randomUUID(),
      ver: isForExchange ? '2.0' : '1.0',
    });
    const body = {
      access_token: accessToken,
      expires_on: String(expiresOnSeconds),
      resource,
      token_type: 'Bearer',
      client_id: identity.clientId,
    };
    return { answer: { status: 200, body }, token: accessToken };
  };

  const handle = (request: RecordedRequest): Answer | Promise<Answer> | undefined => {
    if (request.method !== 'GET' || request.path !== '/msi/token') return undefined;
    if (request.headers['x-identity-header'] !== emulator.identityHeader) {
      return refuse(401, 'The X-IDENTITY-HEADER header is missing or is not the one of this instance.');
    }
    if (request.query.get('api-version') !== '2019-08-01') {
      return refuse(400, `Unsupported api-version '${request.query.get('api-version') ?? ''}'.`);
    }
    const resource = request.query.get('resource') ?? '';
    if (resource === '') return refuse(400, "The query parameter 'resource' is missing.");
    const identity = findIdentity(request.query);
    if (identity === undefined) {
      return refuse(400, 'No managed identity found for the given ClientId/ResourceId/PrincipalId.');
    }
    if (!knownResources.includes(resource.replace(/\/$/, ''))) {
      return refuse(400, `AADSTS500011: The resource principal named ${resource} was not found in the tenant.`);
    }
    return giveToken(identity, request.query);
  };

  const server = await startEmulatorServer({ handle, nowMs, port });
  const emulator: IdentityEndpointEmulator & { close(): Promise<void> } = {
    ...server,
    url: `${server.url}/msi/token`,
    identityHeader: randomUUID(),
    tokenLifetimeSeconds: 86_400,
    systemAssigned: undefined,
    assign: (identity) => {
      userAssigned.set(identity.clientId.toLowerCase(), identity);
    },
    unassign: (clientId) => {
      userAssigned.delete(clientId.toLowerCase());
    },
  };
  return emulator;
}

function refuse(statusCode: number, message: string): Answer {
  return { status: statusCode, body: { statusCode, message, correlationId: randomUUID() } };
}
