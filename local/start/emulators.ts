import { join } from 'node:path';
import { startEmulators, type Emulators } from '../emulators/emulators.ts';
import { HostStartError } from '../host/host-start-error.ts';
import { secondCopy } from './find-port.ts';

// Fixed, because local.settings.example.json contains it. It is valid only for the stand-in.
const identityHeader = 'local-stack-identity-header';

// In the order of the ports.
const emulatorNames = ['the identity endpoint', 'Key Vault', 'Entra', 'Power BI'] as const;

/**
 * Starts the stand-ins for Azure on four consecutive ports. 0 means any free ports. A port in use is a HostStartError that
 * names it, and nothing is left running.
 */
export async function startEmulatorsInRow(firstPort: number, runtimeDirectory: string): Promise<Emulators> {
  const port = (index: number): number => (firstPort === 0 ? 0 : firstPort + index);
  try {
    const emulators = await startEmulators({
      ports: { identityEndpoint: port(0), keyVault: port(1), entra: port(2), powerBi: port(3) },
      certificateDirectory: join(runtimeDirectory, 'certificates'),
    });
    emulators.identityEndpoint.identityHeader = identityHeader;
    return { ...emulators, settings: { ...emulators.settings, IDENTITY_HEADER: identityHeader } };
  } catch (error) {
    throw portTaken(error, firstPort) ?? error;
  }
}

function portTaken(error: unknown, firstPort: number): HostStartError | undefined {
  const { code, port } = error as { code?: unknown; port?: unknown };
  if (code !== 'EADDRINUSE' || typeof port !== 'number') return undefined;
  const name = emulatorNames[port - firstPort] ?? 'Azure';
  return new HostStartError(
    `Port ${port}, which the stand-in for ${name} needs, is in use. Stop the program that listens there, or choose other ports with --emulators-port. ${secondCopy}`,
    { cause: error },
  );
}
