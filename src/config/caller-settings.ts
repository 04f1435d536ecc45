import * as v from 'valibot';
import type { Fault } from './faults.ts';
import { findMicrosoftService } from './microsoft-audiences.ts';
import { readSetting, type Environment, type SettingReader } from './setting-reader.ts';
import { commaSeparated, guid, isGuid, issuerUrl, positiveInteger, text } from './setting-schemas.ts';

export type CallerMode = 'key' | 'entra' | 'oidc' | 'easyauth' | 'none';

/** Which callers are accepted, and how they are verified. */
export interface CallerSettings {
  /** `entra` and `easyauth` may be combined; every other mode is alone. */
  readonly modes: readonly CallerMode[];
  readonly tenantId: string | undefined;
  /** The OpenID provider of `oidc`. */
  readonly issuer: string | undefined;
  readonly audiences: readonly string[];
  readonly ratePerMinute: number | undefined;
  /** If there are any, the app refuses every caller. */
  readonly faults: readonly Fault[];
}

const MODES = 'must be key, entra, oidc, easyauth, "entra,easyauth" or, in local development, none';
const COMBINATIONS: Readonly<Record<string, readonly CallerMode[]>> = {
  key: ['key'],
  entra: ['entra'],
  oidc: ['oidc'],
  easyauth: ['easyauth'],
  none: ['none'],
  'easyauth,entra': ['entra', 'easyauth'],
};

const callerModes = v.pipe(
  text,
  v.transform((value) =>
    value
      .split(',')
      .map((part) => part.trim())
      .sort()
      .join(','),
  ),
  v.check((value) => Object.hasOwn(COMBINATIONS, value), MODES),
  v.transform((value): readonly CallerMode[] => COMBINATIONS[value] ?? []),
);

const tenantIdSchema = guid('the id of the tenant whose callers are accepted');

const audiencesSchema = v.pipe(
  commaSeparated,
  v.minLength(1, 'must name at least one audience'),
  v.check(
    (audiences) => audiences.every((audience) => findMicrosoftService(audience) === undefined),
    "names one of Microsoft's own services: every token for that service would be accepted here. It must be the application (client) id or App ID URI of this API",
  ),
);

export interface CallerContext {
  readonly environment: Environment;
  readonly isDevelopment: boolean;
  readonly defaultTenantId: string | undefined;
}

/** The `CALLER_*` settings. `reader` must be for these alone, because its faults are theirs. */
export function readCallerSettings(reader: SettingReader, context: CallerContext): CallerSettings {
  const { environment, isDevelopment, defaultTenantId } = context;
  // An invalid CALLER_AUTH is no mode: with `key` the Functions host would answer 401 without a body, and hide the error.
  const modes = reader.optional('CALLER_AUTH', callerModes) ?? (reader.faults.length > 0 ? [] : ['key']);
  const ownTenantId = reader.optional('CALLER_TENANT_ID', tenantIdSchema);
  const issuer = reader.optional('CALLER_ISSUER', issuerUrl);
  const audiences = reader.optional('CALLER_AUDIENCE', audiencesSchema);
  const ratePerMinute = reader.optional('CALLER_RATE_PER_MINUTE', positiveInteger);
  const inherited = defaultTenantId !== undefined && isGuid(defaultTenantId) ? defaultTenantId : undefined;
  const tenantId = (ownTenantId ?? inherited)?.toLowerCase();
  const isSet = (name: 'CALLER_AUDIENCE' | 'CALLER_ISSUER' | 'CALLER_TENANT_ID'): boolean =>
    readSetting(environment, name) !== undefined;

  if (modes.includes('none') && !isDevelopment) {
    reader.faults.push({
      name: 'CALLER_AUTH',
      problem: 'is none, which is for local development only: use key, entra, oidc or easyauth',
    });
  }
  if (modes.includes('easyauth') && readSetting(environment, 'WEBSITE_AUTH_ENABLED')?.toLowerCase() !== 'true') {
    reader.faults.push({
      name: 'CALLER_AUTH',
      problem:
        'is easyauth, but App Service Authentication is off (WEBSITE_AUTH_ENABLED is not true), so anyone could forge its headers. Switch it on in the portal under Settings > Authentication',
    });
  }
  const bearer = modes.find((mode) => mode === 'entra' || mode === 'oidc');
  if (bearer !== undefined && !isSet('CALLER_AUDIENCE')) {
    reader.faults.push({
      name: 'CALLER_AUDIENCE',
      problem: `is not set: CALLER_AUTH=${bearer} needs the audience of this API in tokens${bearer === 'entra' ? ', its application (client) id or App ID URI' : ''}`,
    });
  }
  if (modes.includes('oidc') && !isSet('CALLER_ISSUER')) {
    reader.faults.push({
      name: 'CALLER_ISSUER',
      problem: 'is not set: CALLER_AUTH=oidc needs the "issuer" of the OpenID provider whose callers are accepted',
    });
  }
  const isOfTenant = modes.includes('entra') || modes.includes('easyauth');
  if (isOfTenant && tenantId === undefined && !isSet('CALLER_TENANT_ID')) {
    reader.faults.push({
      name: 'CALLER_TENANT_ID',
      problem:
        'is not set, and POWERBI_TENANT_ID is not a tenant id (a GUID): CALLER_AUTH needs the one tenant whose callers are accepted',
    });
  }
  return { modes, tenantId, issuer, audiences: audiences ?? [], ratePerMinute, faults: reader.faults };
}
