import { isRestError, type RestError } from '@azure/core-rest-pipeline';
import { ServiceError, UpstreamError } from '../errors.ts';
import { memberOf } from '../json.ts';
import { readId } from '../upstream/safe-words.ts';
import { unavailable } from '../upstream/unavailable.ts';

interface VaultRefusal {
  readonly meaning: string;
  readonly hint: string;
}

/**
 * Key Vault's codes, the inner one where there is one, as the field meets them. What it says in words is not passed on:
 * it quotes callers, addresses and object ids.
 */
const REFUSALS: Readonly<Record<string, VaultRefusal>> = {
  ForbiddenByRbac: {
    meaning: 'the identity of this function app has no role on the vault',
    hint:
      'Assign the role "Key Vault Secrets User" (for a certificate: "Key Vault Certificate User" and "Key Vault Crypto User") to the function ' +
      "app's identity on the secret or the vault (Portal: Key vault > Access control (IAM) > Add role assignment), then wait some minutes: " +
      'role assignments take time to arrive.',
  },
  ForbiddenByFirewall: {
    meaning: "the vault's firewall lets this function app not in",
    hint:
      'Functions are no "trusted service" of Key Vault: integrate the app with a virtual network that has a private endpoint ' +
      'to the vault, or allow its outbound addresses (Portal: Key vault > Networking).',
  },
  ForbiddenByPolicy: {
    meaning: 'the vault uses access policies, and none gives this identity the permission',
    hint: 'Give the identity the secret permission "Get", or switch the vault to Azure RBAC (Portal: Key vault > Access configuration).',
  },
  SecretNotFound: {
    meaning: 'there is no such secret',
    hint:
      'Check POWERBI_CLIENT_SECRET_NAME (or the name in profiles.json) and KEY_VAULT_URI; store the secret with "az keyvault secret set"; ' +
      'a deleted one comes back with "az keyvault secret recover".',
  },
  CertificateNotFound: {
    meaning: 'there is no such certificate',
    hint:
      'Check "certificate" of the profile in profiles.json, and KEY_VAULT_URI; make it with "az keyvault certificate create"; ' +
      'a deleted one comes back with "az keyvault certificate recover".',
  },
  SecretDisabled: {
    meaning: 'the newest version of the secret is disabled',
    hint: 'Enable it, or store a new version: "az keyvault secret set-attributes --enabled true" (Portal: Key vault > Secrets).',
  },
};

const FORBIDDEN: VaultRefusal = {
  meaning: 'the identity of this function app may not read it',
  hint:
    'Assign the role "Key Vault Secrets User" (for a certificate: "Key Vault Certificate User" and "Key Vault Crypto User") to the function ' +
    "app's identity on the vault, and see the vault's firewall (Networking).",
};
const NOT_AUTHENTICATED: VaultRefusal = {
  meaning: "the vault does not accept the identity's token",
  hint: "The vault's tenant must be the identity's own, and KEY_VAULT_URI of the cloud that POWERBI_CLOUD names.",
};
const OTHER: VaultRefusal = {
  meaning: 'the vault refused',
  hint: "Look the code up in the vault's diagnostic log (AuditEvent) at the time of this answer.",
};

/** What the SDK threw, as an error that may be told: never with the SDK's own text. `what` is like `secret "name"`. */
export function judgeVaultError(error: unknown, what: string): unknown {
  if (error instanceof ServiceError) return error;
  // The SDK throws what it likes at an answer that has the vault's form and makes no sense.
  if (!isRestError(error))
    return unavailable('gave an answer that does not parse', { service: 'key-vault' }, { cause: error });
  const { statusCode: status, code } = readVaultError(error);
  const upstream = { service: 'key-vault', status, code, correlationId: requestId(error) } as const;
  // The transport has let through whole answers in the vault's own form alone.
  if (status === undefined || status < 400) {
    return unavailable('gave an answer that does not parse', upstream, { cause: error });
  }
  const { meaning, hint } = lookUp(status, code);
  return new UpstreamError(
    'secret_unavailable',
    `Key Vault did not return the ${what}: ${meaning} (HTTP ${status}).`,
    upstream,
    {
      hint,
      cause: error,
    },
  );
}

function lookUp(status: number, code: string | undefined): VaultRefusal {
  const known = code !== undefined && Object.hasOwn(REFUSALS, code) ? REFUSALS[code] : undefined;
  if (known !== undefined) return known;
  switch (status) {
    case 401:
      return NOT_AUTHENTICATED;
    case 403:
      return FORBIDDEN;
    case 404:
      return REFUSALS['SecretNotFound'] ?? OTHER;
    default:
      return OTHER;
  }
}

/**
 * `{ error: { code, innererror: { code } } }`: the inner code says why. The SDK keeps of the body what it has parsed, with names
 * of its own. Letters alone are passed on: with digits it could be an echo of what was sent.
 */
function readVaultError(error: RestError): { statusCode: number | undefined; code: string | undefined } {
  const outer = memberOf(error.details, 'error');
  const code = memberOf(memberOf(outer, 'innerError'), 'code') ?? memberOf(outer, 'code');
  return {
    statusCode: error.statusCode,
    code: typeof code === 'string' && /^[a-z]{1,64}$/i.test(code) ? code : undefined,
  };
}

function requestId(error: RestError): string | undefined {
  return readId(error.response?.headers.get('x-ms-request-id'));
}
