import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { seed } from '../../emulators/emulators.ts';
import { copyApp } from '../app-folder.ts';

const profilesFile = fileURLToPath(new URL('profiles.json', import.meta.url));

/** The settings of the second copy of the app, in addition to those of the stand-ins: it accepts tokens of people. */
export const demoAppSettings = {
  CALLER_AUTH: 'entra',
  CALLER_TENANT_ID: seed.tenantId,
  CALLER_AUDIENCE: `api://${seed.personApp.clientId}`,
  CALLER_RATE_PER_MINUTE: '',
  PROFILES_FILE: '',
};

/** Makes a folder for the second copy of the app: the same build, with its own grants and CORS for the page. */
export function prepareDemoApp(root: string, { folder, pageUrl }: { folder: string; pageUrl: string }): void {
  copyApp(root, folder);
  cpSync(profilesFile, join(folder, 'profiles.json'));
  const localSettings = { IsEncrypted: false, Values: {}, Host: { CORS: pageUrl, CORSCredentials: false } };
  writeFileSync(join(folder, 'local.settings.json'), JSON.stringify(localSettings));
}
