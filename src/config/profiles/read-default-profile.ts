import type { Cloud } from '../clouds.ts';
import type { Profile } from './profile.ts';
import { entraIssuer } from './read-profile.ts';
import type { SettingReader } from '../setting-reader.ts';
import { guid, keyVaultName, tenant } from '../setting-schemas.ts';

const DEFAULT_SECRET_NAME = 'powerbi-client-secret';

/** The profile that the `POWERBI_*` settings describe: a service principal with a client secret. */
export function readDefaultProfile(reader: SettingReader, cloud: Cloud): Profile | undefined {
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
    cloud,
    issuer: entraIssuer(cloud, tenantId),
    clientId,
    credential: { kind: 'secret', secretName, method: 'client_secret_post' },
    target: { scope: `${cloud.powerBiResource}/.default` },
    parameters: {},
  };
}
