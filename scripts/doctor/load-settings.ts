import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import tls from 'node:tls';
import { readHostSettings } from '../../local/host/host-settings.ts';
import { readTextFile } from '../../local/host/read-json-file.ts';
import { describeUnknownSettings } from '../../local/start/settings-notices.ts';
import { readAppFile } from '../../src/app/machine.ts';
import { PLATFORM_SETTING_NAMES, SETTING_NAMES } from '../../src/config/setting-names.ts';
import type { Finding } from './finding.ts';

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

/** Without any setting there is nothing to check. `npm start` needs none: it has its own, for its stand-ins. */
export function findNoSettings(root: string, environment: Settings): Finding | undefined {
  const isSet = SETTING_NAMES.some((name) => (environment[name] ?? '') !== '');
  if (isSet || existsSync(join(root, 'local.settings.json'))) return undefined;
  return {
    hop: 'settings',
    status: 'fail',
    output: 'There are no settings: local.settings.json does not exist, and the environment has none of them.',
    hint:
      'To check the app of npm start, run "npm run doctor -- --url http://localhost:7071" or ' +
      '"cp local.settings.example.json local.settings.json". To check your own, write them into that file.',
  };
}

/** The parts of local.settings.json that have no effect, and secrets in it: the same notices as of `npm start`. */
export function checkSettingsFile(root: string): Finding[] {
  const text = readTextFile(join(root, 'local.settings.json')) ?? '';
  const known = [...SETTING_NAMES, ...PLATFORM_SETTING_NAMES];
  return describeUnknownSettings(text, known).map((output) => ({ hop: 'settings', status: 'warn', output }));
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
