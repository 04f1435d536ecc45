export interface VaultRefusal {
  readonly meaning: string;
  readonly hint: string;
}

const ASSIGN_ROLE =
  'Assign the role "Key Vault Secrets User" (for a certificate: "Key Vault Certificate User" and "Key Vault Crypto User") to the function ' +
  "app's identity on the secret or the vault: Portal: Key vault > Access control (IAM) > Add role assignment. Then wait some minutes: " +
  'role assignments take time to become effective.';

const ACCESS_POLICY: VaultRefusal = {
  meaning: 'the vault uses access policies, but none gives this identity the permission',
  hint:
    'Give the identity the secret permission "Get" and "List" (for a certificate: certificate permission "Get" and key permission "Sign"), ' +
    'or switch the vault to Azure RBAC: Portal: Key vault > Access configuration.',
};

/** Key Vault's codes: the inner one if there is one. */
const REFUSALS: Readonly<Record<string, VaultRefusal>> = {
  ForbiddenByRbac: { meaning: 'the identity of this function app has no role on the vault', hint: ASSIGN_ROLE },
  ForbiddenByFirewall: {
    meaning: "the vault's firewall blocks this function app",
    hint:
      'A function app is not a "trusted service" of Key Vault. Integrate the app with a virtual network that has a private endpoint ' +
      'to the vault, or allow its outbound IP addresses: Portal: Key vault > Networking.',
  },
  ForbiddenByConnection: {
    meaning: 'public access to the vault is off, and the request did not come through a private endpoint',
    hint:
      'Integrate the function app with a virtual network that has a private endpoint to the vault (Portal: Key vault > Networking > Private endpoint connections). ' +
      "The vault's name must resolve to the private IP address there: link the private DNS zone privatelink.vaultcore.azure.net to that network.",
  },
  ForbiddenByPolicy: ACCESS_POLICY,
  AccessDenied: ACCESS_POLICY,
  SecretNotFound: {
    meaning: 'there is no such secret',
    hint:
      'Check POWERBI_CLIENT_SECRET_NAME (or the name in profiles.json) and KEY_VAULT_URI. Store the secret with "az keyvault secret set"; ' +
      'restore a deleted one with "az keyvault secret recover".',
  },
  CertificateNotFound: {
    meaning: 'there is no such certificate',
    hint:
      'Check "certificate" of the profile in profiles.json, and KEY_VAULT_URI. Create it with "az keyvault certificate create"; ' +
      'restore a deleted one with "az keyvault certificate recover".',
  },
  SecretDisabled: {
    meaning: 'the newest version of the secret is disabled',
    hint: 'Enable it, or store a new version: "az keyvault secret set-attributes --enabled true" (Portal: Key vault > Secrets).',
  },
};

const NOT_AUTHENTICATED: VaultRefusal = {
  meaning: "the vault does not accept the identity's token",
  hint: 'The vault and the identity must belong to the same tenant, and KEY_VAULT_URI to the cloud that POWERBI_CLOUD names.',
};
const FORBIDDEN: VaultRefusal = {
  meaning: 'the identity of this function app may not read it',
  hint: `${ASSIGN_ROLE} Check the vault's firewall too: Key vault > Networking.`,
};
const NOT_FOUND: VaultRefusal = {
  meaning: 'there is no such secret or certificate',
  hint: 'Check KEY_VAULT_URI and the name: POWERBI_CLIENT_SECRET_NAME, or the one in profiles.json.',
};
const OTHER: VaultRefusal = {
  meaning: 'the vault refused',
  hint: "Look the code up in the vault's diagnostic log (AuditEvent) at the time of this answer.",
};

/** What a refusal of Key Vault means: by its code, else by its status. */
export function explainVaultRefusal(status: number, code = ''): VaultRefusal {
  const known = Object.hasOwn(REFUSALS, code) ? REFUSALS[code] : undefined;
  if (known !== undefined) return known;
  switch (status) {
    case 401:
      return NOT_AUTHENTICATED;
    case 403:
      return FORBIDDEN;
    case 404:
      return NOT_FOUND;
    default:
      return OTHER;
  }
}
