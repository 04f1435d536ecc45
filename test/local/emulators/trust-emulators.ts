import tls from 'node:tls';
import { startEmulators } from '../../../local/emulators/emulators.ts';
import type { Emulators, EmulatorsOptions } from '../../../local/emulators/emulators.ts';

/** Starts the stand-ins and makes this process trust their authority, in addition to those that it already trusts. */
export async function startTrustedEmulators(options?: EmulatorsOptions): Promise<Emulators> {
  const emulators = await startEmulators(options);
  tls.setDefaultCACertificates([...tls.getCACertificates('default'), emulators.certificateAuthorityPem]);
  return emulators;
}
