import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import tls from 'node:tls';
import { readHostSettings } from '../../local/host/host-settings.ts';
import { readAppFile } from '../../src/app/machine.ts';

export type Settings = Readonly<Record<string, string | undefined>>;

/**
 * The settings as `func start` gives them to the app: the environment, then `Values` of local.settings.json. `WEBSITE_HOSTNAME`
 * tells the app that this is a developer's machine, as Core Tools does.
 *
 * Throws an error that names the place if local.settings.json does not parse.
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

/** A file beside host.json, as the app reads it. */
export function readFileOf(root: string): (name: string) => string | undefined {
  return (name) => readAppFile(join(root, name));
}

/** Trusts the certificate authority of the local stack, as `npm start` does for the app. Nothing outside this machine has it. */
export function trustLocalStack(root: string): void {
  const file = join(root, '.local/certificates/ca.pem');
  if (!existsSync(file)) return;
  tls.setDefaultCACertificates([...tls.getCACertificates('default'), readFileSync(file, 'utf8')]);
}
