import { join } from 'node:path';
import tls from 'node:tls';
import { startEmulators, type Emulators } from '../local/emulators/emulators.ts';
import { createAppEnvironment } from '../local/start/environment.ts';
import type { Effort } from './effort.ts';
import { createAppFolders, type AppFolders } from './host/app-folders.ts';
import { startLoadProcess, type LoadProcess } from './load/start-load-process.ts';

/** The common set-up of all measurements. */
export interface Stand {
  readonly effort: Effort;
  readonly emulators: Emulators;
  readonly folders: AppFolders;
  readonly load: LoadProcess;
  /** The environment of a process that runs an app with the stand-ins. */
  readonly environment: NodeJS.ProcessEnv;
  close(): Promise<void>;
}

/** Builds the measured apps and starts the stand-ins for Azure. This process then trusts their certificates. */
export async function prepareStand(effort: Effort): Promise<Stand> {
  const folders = await createAppFolders();
  const certificateDirectory = join(folders.root, 'certificates');
  const emulators = await startEmulators({ certificateDirectory });
  tls.setDefaultCACertificates([...tls.getCACertificates('default'), emulators.certificateAuthorityPem]);
  const settings = { ...emulators.settings, WEBSITE_HOSTNAME: 'localhost' };
  const environment = createAppEnvironment(process.env, settings, emulators.certificateAuthorityFile ?? '');
  // The compared code reads these from the process (ManagedIdentityCredential).
  Object.assign(process.env, environment);
  const load = startLoadProcess();
  return {
    effort,
    emulators,
    folders,
    load,
    environment,
    async close() {
      await load.close();
      await emulators.close();
      await folders.remove();
    },
  };
}
