import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import tls from 'node:tls';
import { readHostSettings } from '../../local/host/host-settings.ts';
import { readAppFile } from '../../src/app/machine.ts';

export type Settings = Readonly<Record<string, string | undefined>>;

/**
 * The settings that `func start` passes to the app: the environment, then `Values` of local.settings.json. `WEBSITE_HOSTNAME`
 * marks a developer's machine, as with Core Tools.
 *
 * Throws an error with the position if local.settings.json does not parse.
 */
export function loadSettings(root: string, environment: Settings): Settings {
  const { values } = readHostSettings(root);
  return {
    AZURE_FUNCTIONS_ENVIRONMENT: 'Development',
    WEBSITE_HOSTNAME: 'localhost:7071',
    ...values,
    ...environment,
  };
}

/** A file beside host.json, read like in the app. */
export function readFileOf(root: string): (name: string) => string | undefined {
  return (name) => readAppFile(join(root, name));
}

/** Trusts the certificate authority of the stand-ins, like `npm start` for the app. It exists only on this machine. */
export function trustLocalStack(root: string): void {
  const file = join(root, '.local/certificates/ca.pem');
  if (!existsSync(file)) return;
  tls.setDefaultCACertificates([...tls.getCACertificates('default'), readFileSync(file, 'utf8')]);
}
