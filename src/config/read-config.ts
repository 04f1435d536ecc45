import * as v from 'valibot';
import { readCallerSettings } from './caller-settings.ts';
import { CLOUD_NAMES, CLOUDS, type Cloud, type CloudName } from './clouds.ts';
import type { Config, IdentitySettings, KeyVaultSettings } from './config.ts';
import type { Profile } from './profile.ts';
import { createSettingReader, readSetting, type Environment, type SettingReader } from './setting-reader.ts';
import { guid, httpsOrigin, keyVaultName, tenant, text } from './setting-schemas.ts';

const DEFAULT_SECRET_NAME = 'powerbi-client-secret';

const cloudName = v.pipe(
  text,
  v.transform((value) => value.toLowerCase()),
  v.picklist(CLOUD_NAMES, `must be one of ${CLOUD_NAMES.join(', ')}`),
);

/** Parses the environment. Never throws: a fault in it is told by the answers, so that even a wrong app can say what is wrong. */
export function readConfig(environment: Environment): Config {
  const isDevelopment = readSetting(environment, 'AZURE_FUNCTIONS_ENVIRONMENT')?.toLowerCase() === 'development';
  const reader = createSettingReader(environment);
  const name: CloudName = reader.optional('POWERBI_CLOUD', cloudName) ?? 'public';
  const cloud = readCloud(reader, { name, isDevelopment });
  const keyVault = readKeyVault(reader, cloud, isDevelopment);
  const identity = readIdentity(reader, environment, isDevelopment);
  const profile = readDefaultProfile(reader, cloud);
  const callers = readCallerSettings(createSettingReader(environment), {
    environment,
    isDevelopment,
    cloud,
    defaultTenantId: readSetting(environment, 'POWERBI_TENANT_ID'),
  });
  return Object.freeze({
    isDevelopment,
    faults: [...reader.faults, ...callers.faults],
    callers,
    identity,
    keyVault,
    powerBiApiUrl: cloud.powerBiApiUrl,
    profiles: new Map(profile === undefined ? [] : [[profile.name, profile]]),
  });
}

/** The cloud with what overrides it. Outside development an override may only be another of the cloud's own names. */
function readCloud(reader: SettingReader, { name, isDevelopment }: { name: CloudName; isDevelopment: boolean }): Cloud {
  const cloud: Cloud = CLOUDS[name];
  const authorities = [cloud.authority, ...cloud.authorityAliases];
  const authority = reader.optional(
    'AZURE_AUTHORITY_HOST',
    v.pipe(
      httpsOrigin,
      v.check(
        (origin) => isDevelopment || authorities.includes(origin),
        `must be ${cloud.authority} in the cloud "${name}" (POWERBI_CLOUD)`,
      ),
    ),
  );
  const powerBiApiUrl = reader.optional(
    'POWERBI_API_URL',
    v.pipe(
      httpsOrigin,
      v.check(
        (origin) => isDevelopment || origin === cloud.powerBiApiUrl,
        `must be ${cloud.powerBiApiUrl} in the cloud "${name}" (POWERBI_CLOUD)`,
      ),
    ),
  );
  return {
    ...cloud,
    ...(authority === undefined ? {} : { authority }),
    ...(powerBiApiUrl === undefined ? {} : { powerBiApiUrl }),
  };
}

function readKeyVault(reader: SettingReader, cloud: Cloud, isDevelopment: boolean): KeyVaultSettings | undefined {
  const suffix = `.${cloud.keyVaultSuffix}`;
  const isOfCloud = (origin: string): boolean => new URL(origin).hostname.endsWith(suffix);
  const vaultUrl = reader.required(
    'KEY_VAULT_URI',
    v.pipe(
      httpsOrigin,
      v.check(
        (origin) => isDevelopment || isOfCloud(origin),
        `must be https://NAME${suffix} in the cloud that POWERBI_CLOUD names`,
      ),
    ),
    `the address of the Key Vault that holds the client secret, https://NAME${suffix}`,
  );
  if (vaultUrl === undefined) return undefined;
  return {
    vaultUrl,
    vaultScope: `https://${cloud.keyVaultSuffix}/.default`,
    verifyChallengeResource: isOfCloud(vaultUrl),
  };
}

function readIdentity(reader: SettingReader, environment: Environment, isDevelopment: boolean): IdentitySettings {
  const clientId = reader.optional('AZURE_CLIENT_ID', guid('the client id of the user-assigned managed identity'));
  const hasEndpoint = readSetting(environment, 'IDENTITY_ENDPOINT') !== undefined;
  if (hasEndpoint) {
    reader.optional(
      'IDENTITY_ENDPOINT',
      v.pipe(
        text,
        v.check((url) => URL.canParse(url), 'must be an address, as the platform sets it'),
      ),
    );
    reader.required('IDENTITY_HEADER', text, 'the platform sets it together with IDENTITY_ENDPOINT');
    return { kind: 'managed', clientId };
  }
  if (isDevelopment) return { kind: 'developer' };
  reader.faults.push({
    name: 'IDENTITY_ENDPOINT',
    problem:
      'is not set: this function app has no managed identity. Assign one in the portal under Settings > Identity, and restart',
  });
  return { kind: 'managed', clientId };
}

function readDefaultProfile(reader: SettingReader, cloud: Cloud): Profile | undefined {
  const tenantId = reader.required(
    'POWERBI_TENANT_ID',
    tenant,
    'the tenant id of the app registration (Entra admin center > Overview)',
  );
  const clientId = reader.required(
    'POWERBI_CLIENT_ID',
    guid('the application (client) id'),
    'the application (client) id of the app registration',
  );
  const secretName = reader.optional('POWERBI_CLIENT_SECRET_NAME', keyVaultName) ?? DEFAULT_SECRET_NAME;
  if (tenantId === undefined || clientId === undefined) return undefined;
  return {
    grant: 'client_credentials',
    name: 'default',
    issuer: entraIssuer(cloud, tenantId),
    clientId,
    credential: { kind: 'secret', secretName },
    target: { parameter: 'scope', value: `${cloud.powerBiResource}/.default` },
    cloud,
  };
}

/** Entra's v2.0 endpoint of one tenant. */
function entraIssuer(cloud: Cloud, tenantId: string): Profile['issuer'] {
  return {
    issuer: `${cloud.authority}/${tenantId}/v2.0`,
    tokenEndpoint: `${cloud.authority}/${tenantId}/oauth2/v2.0/token`,
  };
}
