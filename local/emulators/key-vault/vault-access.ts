import { vaultResources } from '../azure-resources.ts';
import type { Answer, RecordedRequest } from '../emulator.ts';
import type { SigningKey } from '../signing-key.ts';
import { forbid, refuse } from './vault-answers.ts';

export type VaultArea = 'secrets' | 'keys' | 'certificates';

export interface VaultAccess {
  /** Undefined if the caller has access; otherwise the answer. */
  readonly refusal: (request: RecordedRequest, area: VaultArea) => Promise<Answer | undefined>;
  readonly allow: (principalId: string, areas: readonly VaultArea[]) => void;
  readonly deny: (principalId: string) => void;
  /** Refuses every token that was accepted so far, as after a revocation (continuous access evaluation). */
  readonly revokeTokens: () => void;
}

export interface VaultAccessOptions {
  readonly signingKey: SigningKey;
  readonly tenantId: string;
  readonly authorityUrl: string;
  /** Why the network refuses every request; undefined if it does not. */
  readonly blockedBy: () => 'firewall' | 'connection' | undefined;
}

/** The claims challenge: a token issued from this instant on. */
const newClaims = Buffer.from('{"access_token":{"nbf":{"essential":true,"value":"1800000000"}}}').toString('base64');

const BLOCKS = {
  firewall: {
    code: 'ForbiddenByFirewall',
    message: "Client address is not authorized and caller is not a trusted service. Vault's firewall is on.",
  },
  connection: {
    code: 'ForbiddenByConnection',
    message:
      'Public network access is disabled and request is not from a trusted service nor via an approved private link.',
  },
} as const;

/** Checks access: the bearer challenge first, then the firewall, then the role assignments. */
export function createVaultAccess(options: VaultAccessOptions): VaultAccess {
  const { signingKey, tenantId, authorityUrl, blockedBy } = options;
  const accepted = new Set<string>();
  const revoked = new Set<string>();
  const allowedAreas = new Map<string, readonly VaultArea[]>();
  const challenge = (message: string, parameters = ''): Answer => ({
    ...refuse(401, 'Unauthorized', message),
    headers: {
      'www-authenticate': `Bearer authorization="${authorityUrl}/${tenantId}", resource="https://vault.azure.net"${parameters}`,
    },
  });
  const refuseToken = (message: string): Answer =>
    challenge(message, `, error="invalid_token", error_description="${message}"`);
  const audiences = vaultResources.flatMap((resource) => [resource, `${resource}/`]);

  return {
    refusal: async (request, area) => {
      const token = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1];
      if (token === undefined) return challenge('AKV10000: Request is missing a Bearer or PoP token.');
      const inspection = await signingKey.inspect(token, audiences);
      if (!inspection.valid) {
        return refuseToken(`AKV10022: The token was refused: ${inspection.reason}.`);
      }
      if (inspection.claims['tid'] !== tenantId) {
        return refuseToken('AKV10032: Invalid issuer: the token is of another tenant.');
      }
      if (revoked.has(token)) {
        return challenge('AKV10171: The token was revoked.', `, error="insufficient_claims", claims="${newClaims}"`);
      }
      accepted.add(token);
      const block = blockedBy();
      if (block !== undefined) return forbid(BLOCKS[block].code, BLOCKS[block].message);
      const { oid, appid } = inspection.claims;
      if (typeof oid === 'string' && (allowedAreas.get(oid) ?? []).includes(area)) return undefined;
      const message =
        'Caller is not authorized to perform action on resource. Role assignments that changed just now take ' +
        `minutes to propagate. Caller: appid=${String(appid)};oid=${String(oid)} ` +
        `Action: 'Microsoft.KeyVault/vaults/${area}/read' Assignment: (not found)`;
      return forbid('ForbiddenByRbac', message);
    },
    allow: (principalId, areas) => {
      allowedAreas.set(principalId, areas);
    },
    deny: (principalId) => {
      allowedAreas.delete(principalId);
    },
    revokeTokens: () => {
      for (const token of accepted) revoked.add(token);
    },
  };
}
