import * as v from 'valibot';
import { CLOUD_NAMES, CLOUDS, type Cloud, type CloudName } from './clouds.ts';
import type { SettingReader } from './setting-reader.ts';
import { httpsOrigin, text } from './setting-schemas.ts';

const cloudName = v.pipe(
  text,
  v.transform((value) => value.toLowerCase()),
  v.picklist(CLOUD_NAMES, `must be one of ${CLOUD_NAMES.join(', ')}`),
);

/** The cloud with its overrides. Outside development an override must be one of the cloud's own host names. */
export function readCloudSettings(reader: SettingReader, isDevelopment: boolean): { name: CloudName; cloud: Cloud } {
  const name = reader.optional('POWERBI_CLOUD', cloudName) ?? 'public';
  const cloud: Cloud = CLOUDS[name];
  const override = (setting: 'AZURE_AUTHORITY_HOST' | 'POWERBI_API_URL', own: readonly string[]): string | undefined =>
    reader.optional(
      setting,
      v.pipe(
        httpsOrigin,
        v.check(
          (origin) => isDevelopment || own.includes(origin),
          `must be ${own[0] ?? ''} in the cloud "${name}" (POWERBI_CLOUD)`,
        ),
      ),
    );
  const named = override('AZURE_AUTHORITY_HOST', [cloud.authority, ...cloud.authorityAliases]);
  // A token names the authority by its main name, even if it was requested under an alias.
  const authority = named !== undefined && cloud.authorityAliases.includes(named) ? cloud.authority : named;
  const powerBiApiUrl = override('POWERBI_API_URL', [cloud.powerBiApiUrl]);
  return {
    name,
    cloud: {
      ...cloud,
      ...(authority === undefined ? {} : { authority }),
      ...(powerBiApiUrl === undefined ? {} : { powerBiApiUrl }),
    },
  };
}
