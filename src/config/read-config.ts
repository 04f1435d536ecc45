import { readCallerSettings } from './caller-settings.ts';
import { CLOUDS, type Cloud, type CloudName } from './clouds.ts';
import type { Config, IdentitySettings, KeyVaultSettings, SoundConfig } from './config.ts';
import { isLocalDevelopment } from './find-place.ts';
import { isProxyIgnored as ignoresProxy } from './is-proxy-ignored.ts';
import { needsKeyVault, type Profile } from './profiles/profile.ts';
import { readCloudSettings } from './read-cloud-settings.ts';
import { readDefaultProfile } from './profiles/read-default-profile.ts';
import { readPublicAddress } from './read-public-address.ts';
import { readProfilesFile, type ProfilesFile, type ProfilesFileContext } from './profiles/read-profiles-file.ts';
import { readSignInSettings } from './read-sign-in-settings.ts';
import { createSettingReader, readSetting, type Environment, type SettingReader } from './setting-reader.ts';
import { guid, httpsOrigin, text } from './setting-schemas.ts';
import * as v from 'valibot';

/** Reads a file of the app's folder. Undefined if there is no such file. */
export type ReadAppFile = (name: string) => string | undefined;

const DEFAULT_PROFILES_FILE = 'profiles.json';
const DEFAULT_PROFILE = 'default';

/** Parses the environment and profiles.json. Never throws: the answers of the app report the errors. */
export function readConfig(environment: Environment, readAppFile: ReadAppFile): Config {
  const reader = createSettingReader(environment);
  const settings = readSettings(reader, environment, readAppFile);
  // After all settings are read: the error of a setting that is read later would be lost.
  const faults = [...reader.faults, ...settings.callers.faults];
  const { callers, cloud, profileFaults, grants, isProxyIgnored, publicAddress, identity } = settings;
  return Object.freeze(
    faults.length > 0 || identity === undefined
      ? { kind: 'faulty', faults, callers, cloud, profileFaults, grants, isProxyIgnored, publicAddress }
      : { kind: 'sound', faults, ...settings, identity },
  );
}

function readSettings(
  reader: SettingReader,
  environment: Environment,
  readAppFile: ReadAppFile,
): Omit<SoundConfig, 'kind' | 'faults' | 'identity'> & { readonly identity: IdentitySettings | undefined } {
  const isDevelopment = isLocalDevelopment(environment);
  const { name: cloudName, cloud } = readCloudSettings(reader, isDevelopment);
  const cloudOf = (name: CloudName = cloudName): Cloud => (name === cloudName ? cloud : CLOUDS[name]);
  const signIn = readSignInSettings(reader);
  const callers = readCallerSettings(createSettingReader(environment), {
    environment,
    isDevelopment,
    defaultTenantId: readSetting(environment, 'POWERBI_TENANT_ID'),
  });
  const file = readProfiles(reader, {
    readAppFile,
    cloudOf,
    readRedirectUri: signIn.readRedirectUri,
    callerModes: callers.faults.length > 0 ? undefined : callers.modes,
    hasDefaultSettings: defaultSettingsOf(environment).length > 0,
  });
  const profiles = addDefaultProfile(reader, { environment, cloud, file });
  const all = [...profiles.values()];
  const keyVault = readKeyVault(reader, {
    cloud,
    isDevelopment,
    isNeeded: all.some(needsKeyVault) || all.length === 0,
  });
  const identity = readIdentity(reader, environment, isDevelopment);
  refuseOpenTls(reader, environment, isDevelopment);
  return {
    callers,
    identity,
    keyVault,
    cloud,
    profiles,
    profileFaults: file.profileFaults,
    grants: file.grants,
    signIn: signIn.settings,
    isProxyIgnored: ignoresProxy(environment),
    publicAddress: readPublicAddress(reader, { environment, hostJson: readAppFile('host.json') }),
  };
}

/** Node then accepts any certificate, so a machine in between could read every secret. */
function refuseOpenTls(reader: SettingReader, environment: Environment, isDevelopment: boolean): void {
  if (isDevelopment || readSetting(environment, 'NODE_TLS_REJECT_UNAUTHORIZED') !== '0') return;
  reader.faults.push({
    name: 'NODE_TLS_REJECT_UNAUTHORIZED',
    problem:
      'is 0, so that no TLS certificate is checked: remove it. For a proxy with its own CA, set NODE_EXTRA_CA_CERTS',
  });
}

function readProfiles(
  reader: SettingReader,
  { readAppFile, ...context }: Omit<ProfilesFileContext, 'fileName'> & { readAppFile: ReadAppFile },
): ProfilesFile {
  const named = reader.optional('PROFILES_FILE', text);
  const fileName = named ?? DEFAULT_PROFILES_FILE;
  const json = readAppFile(fileName);
  if (json !== undefined) {
    const file = readProfilesFile(json, { fileName, ...context });
    reader.faults.push(...file.fileFaults);
    return file;
  }
  if (named !== undefined) {
    reader.faults.push({
      name: 'PROFILES_FILE',
      problem: "must be a file that can be read, relative to host.json's folder",
    });
  }
  return { fileFaults: [], names: [], profiles: new Map(), profileFaults: new Map(), grants: undefined };
}

/** `default` comes from the `POWERBI_*` settings or from profiles.json, not from both. With other profiles it is optional. */
function addDefaultProfile(
  reader: SettingReader,
  { environment, cloud, file }: { environment: Environment; cloud: Cloud; file: ProfilesFile },
): ReadonlyMap<string, Profile> {
  const set = defaultSettingsOf(environment);
  // A file that cannot be read may have this profile. Correct the file first.
  if (file.fileFaults.length > 0 && set.length === 0) return file.profiles;
  if (file.names.includes(DEFAULT_PROFILE)) {
    for (const name of set) {
      reader.faults.push({
        name,
        problem: 'is set, and profiles.json has a profile "default" too: remove one of them',
      });
    }
    return file.profiles;
  }
  if (file.names.length > 0 && set.length === 0) return file.profiles;
  const profile = readDefaultProfile(reader, cloud);
  return profile === undefined ? file.profiles : new Map([[DEFAULT_PROFILE, profile], ...file.profiles]);
}

/** The settings of `default` that are set. */
function defaultSettingsOf(environment: Environment): readonly string[] {
  return (['POWERBI_TENANT_ID', 'POWERBI_CLIENT_ID'] as const).filter(
    (name) => readSetting(environment, name) !== undefined,
  );
}

function readKeyVault(
  reader: SettingReader,
  { cloud, isDevelopment, isNeeded }: { cloud: Cloud; isDevelopment: boolean; isNeeded: boolean },
): KeyVaultSettings | undefined {
  const suffix = `.${cloud.keyVaultSuffix}`;
  const isOfCloud = (origin: string): boolean => {
    const { hostname, port } = new URL(origin);
    return hostname.endsWith(suffix) && hostname !== suffix && port === '';
  };
  const schema = v.pipe(
    httpsOrigin,
    v.check(
      (origin) => isDevelopment || isOfCloud(origin),
      `must be https://NAME${suffix} in the cloud that POWERBI_CLOUD names`,
    ),
  );
  const what = `the URL of the Key Vault with the secrets, https://NAME${suffix}`;
  const vaultUrl = isNeeded ? reader.required('KEY_VAULT_URI', schema, what) : reader.optional('KEY_VAULT_URI', schema);
  if (vaultUrl === undefined) return undefined;
  return {
    vaultUrl,
    vaultScope: `https://${cloud.keyVaultSuffix}/.default`,
    verifyChallengeResource: isOfCloud(vaultUrl),
  };
}

/** Undefined if a setting is missing or invalid. */
function readIdentity(
  reader: SettingReader,
  environment: Environment,
  isDevelopment: boolean,
): IdentitySettings | undefined {
  const clientId = reader.optional('AZURE_CLIENT_ID', guid('the client id of the user-assigned managed identity'));
  if (readSetting(environment, 'IDENTITY_ENDPOINT') !== undefined) {
    const address = v.check((url: string) => URL.canParse(url), 'must be a URL, as App Service sets it');
    const endpoint = reader.optional('IDENTITY_ENDPOINT', v.pipe(text, address));
    const header = reader.required('IDENTITY_HEADER', text, 'App Service sets it together with IDENTITY_ENDPOINT');
    return endpoint === undefined || header === undefined ? undefined : { kind: 'managed', endpoint, header, clientId };
  }
  if (isDevelopment) return { kind: 'developer' };
  reader.faults.push({
    name: 'IDENTITY_ENDPOINT',
    problem:
      'is not set: this function app has no managed identity. Assign one in the portal under Settings > Identity, then restart the app',
  });
  return undefined;
}
