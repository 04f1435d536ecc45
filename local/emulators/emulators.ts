import { prepareServerCertificates } from './certificate-authority.ts';
import { startEntra } from './entra/entra.ts';
import type { EntraEmulator } from './entra/entra.ts';
import { startIdentityEndpoint } from './identity-endpoint.ts';
import type { IdentityEndpointEmulator } from './identity-endpoint.ts';
import { startKeyVault } from './key-vault/key-vault.ts';
import type { KeyVaultEmulator } from './key-vault/key-vault.ts';
import { startPowerBi } from './power-bi/power-bi.ts';
import type { PowerBiEmulator } from './power-bi/power-bi.ts';
import { seedEmulators } from './seed-emulators.ts';
import { seed } from './seed.ts';
import { createSigningKey } from './signing-key.ts';

export type { IdentityEndpointEmulator } from './identity-endpoint.ts';
export type { KeyVaultEmulator } from './key-vault/key-vault.ts';
export type { EntraEmulator } from './entra/entra.ts';
export type { PowerBiEmulator } from './power-bi/power-bi.ts';
export type { RecordedRequest } from './emulator.ts';
export type { Fault } from './fault.ts';
export { seed } from './seed.ts';

export interface EmulatorsOptions {
  /** 0 or undefined means any free port. */
  readonly ports?: {
    readonly identityEndpoint?: number;
    readonly keyVault?: number;
    readonly entra?: number;
    readonly powerBi?: number;
  };
  /** The folder of the certificates, which are reused. Undefined: new ones, in memory only. */
  readonly certificateDirectory?: string;
  /** The clock of all stand-ins. MSAL uses the real one for the lifetime of identity tokens. */
  readonly nowMs?: () => number;
}

export interface Emulators {
  readonly certificateAuthorityPem: string;
  readonly certificateAuthorityFile: string | undefined;
  readonly identityEndpoint: IdentityEndpointEmulator;
  readonly keyVault: KeyVaultEmulator;
  readonly entra: EntraEmulator;
  readonly powerBi: PowerBiEmulator;
  /** The app settings for the function app that uses these stand-ins. */
  readonly settings: Readonly<Record<string, string>>;
  /** Ends the servers and every open connection. A second call does nothing. */
  readonly close: () => Promise<void>;
}

/** Starts the stand-ins with the data of seed.ts. If a port is in use, it stops them all and rejects. */
export async function startEmulators(options: EmulatorsOptions = {}): Promise<Emulators> {
  const { ports = {}, certificateDirectory, nowMs = Date.now } = options;
  const { tenantId } = seed;
  const certificates = await prepareServerCertificates(certificateDirectory);
  const signingKey = await createSigningKey(nowMs);
  const started: { close(): Promise<void> }[] = [];
  const keep = <T extends { close(): Promise<void> }>(emulator: T): T => {
    started.push(emulator);
    return emulator;
  };
  const close = async (): Promise<void> => {
    await Promise.all(started.map((emulator) => emulator.close()));
  };
  try {
    const common = { signingKey, tenantId, certificates, nowMs };
    const entra = keep(await startEntra({ ...common, port: ports.entra }));
    const withAuthority = { ...common, authorityUrl: entra.url };
    const identityEndpoint = keep(await startIdentityEndpoint({ ...withAuthority, port: ports.identityEndpoint }));
    const keyVault = keep(await startKeyVault({ ...withAuthority, port: ports.keyVault }));
    const powerBi = keep(await startPowerBi({ ...common, port: ports.powerBi }));
    await seedEmulators({ identityEndpoint, keyVault, entra, powerBi }, nowMs());
    return {
      certificateAuthorityPem: certificates.authorityPem,
      certificateAuthorityFile: certificates.authorityFile,
      identityEndpoint,
      keyVault,
      entra,
      powerBi,
      settings: {
        AZURE_FUNCTIONS_ENVIRONMENT: 'Development',
        POWERBI_TENANT_ID: tenantId,
        POWERBI_CLIENT_ID: seed.app.clientId,
        KEY_VAULT_URI: keyVault.url,
        AZURE_AUTHORITY_HOST: entra.url,
        POWERBI_API_URL: powerBi.url,
        IDENTITY_ENDPOINT: identityEndpoint.url,
        IDENTITY_HEADER: identityEndpoint.identityHeader,
        SIGN_IN_REDIRECT_URI: seed.personApp.redirectUri,
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
