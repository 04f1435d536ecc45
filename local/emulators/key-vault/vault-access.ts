import { vaultResources } from '../azure-resources.ts';
import type { Answer, RecordedRequest } from '../emulator.ts';
import type { SigningKey } from '../signing-key.ts';
import { forbid, refuse } from './vault-answers.ts';

export type VaultArea = 'secrets' | 'keys' | 'certificates';

export interface VaultAccess {
  /** Undefined where the caller may pass; otherwise what it is told. */
  readonly refusal: (request: RecordedRequest, area: VaultArea) => Promise<Answer | undefined>;
  readonly allow: (principalId: string, areas: readonly VaultArea[]) => void;
  readonly deny: (principalId: string) => void;
}

export interface VaultAccessOptions {
  readonly signingKey: SigningKey;
  readonly tenantId: string;
  readonly authorityUrl: string;
  readonly isBlockedByFirewall: () => boolean;
}

/** Who may read what: the bearer challenge first, then the firewall, then the role assignments. */
export function createVaultAccess(options: VaultAccessOptions): VaultAccess {
  const { signingKey, tenantId, authorityUrl, isBlockedByFirewall } = options;
  const allowedAreas = new Map<string, readonly VaultArea[]>();
  const challenge = (message: string, oauthError?: string): Answer => ({
    ...refuse(401, 'Unauthorized', message),
    headers: {
      'www-authenticate':
        `Bearer authorization="${authorityUrl}/${tenantId}", resource="https://vault.azure.net"` +
        (oauthError === undefined ? '' : `, error="${oauthError}", error_description="${message}"`),
    },
  });
  const accepted = vaultResources.flatMap((resource) => [resource, `${resource}/`]);

  return {
    refusal: async (request, area) => {
      const token = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1];
      if (token === undefined) return challenge('AKV10000: Request is missing a Bearer or PoP token.');
      const inspection = await signingKey.inspect(token, accepted);
      if (!inspection.valid) {
        return challenge(`AKV10022: The token was refused: ${inspection.reason}.`, 'invalid_token');
      }
      if (inspection.claims['tid'] !== tenantId) {
        return challenge('AKV10032: Invalid issuer: the token is of another tenant.', 'invalid_token');
      }
      if (isBlockedByFirewall()) {
        const message = "Client address is not authorized and caller is not a trusted service. Vault's firewall is on.";
        return forbid('ForbiddenByFirewall', message);
      }
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
  };
}
