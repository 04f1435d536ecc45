import * as v from 'valibot';
import type { Fault } from './faults.ts';
import { readSetting, type Environment, type SettingReader } from './setting-reader.ts';
import { commaSeparated, guid, isGuid, positiveInteger, text } from './setting-schemas.ts';

export type CallerMode = 'key' | 'entra' | 'easyauth' | 'none';

/** Who is let in, and how that is found out. */
export interface CallerSettings {
  /** `entra` and `easyauth` may stand together; every other mode stands alone. */
  readonly modes: readonly CallerMode[];
  readonly tenantId: string | undefined;
  readonly audiences: readonly string[];
  readonly ratePerMinute: number | undefined;
  /** With one of these nobody is let in, not even to read what is wrong. */
  readonly faults: readonly Fault[];
}

const MODES = 'must be key, entra, easyauth, "entra,easyauth" or, in local development, none';
const COMBINATIONS: Readonly<Record<string, readonly CallerMode[]>> = {
  key: ['key'],
  entra: ['entra'],
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

const tenantIdSchema = guid('the id of the tenant whose callers are let in');

export interface CallerContext {
  readonly environment: Environment;
  readonly isDevelopment: boolean;
  readonly defaultTenantId: string | undefined;
}

/** The `CALLER_*` settings. Their faults are the reader's; it must read nothing else. */
export function readCallerSettings(reader: SettingReader, context: CallerContext): CallerSettings {
  const { environment, isDevelopment, defaultTenantId } = context;
  // A faulty CALLER_AUTH is no mode at all: with `key` the platform would answer an empty 401, and hide what is wrong.
  const modes = reader.optional('CALLER_AUTH', callerModes) ?? (reader.faults.length > 0 ? [] : ['key']);
  const ownTenantId = reader.optional('CALLER_TENANT_ID', tenantIdSchema);
  const audiences = reader.optional('CALLER_AUDIENCE', commaSeparated) ?? [];
  const ratePerMinute = reader.optional('CALLER_RATE_PER_MINUTE', positiveInteger);
  const inherited = defaultTenantId !== undefined && isGuid(defaultTenantId) ? defaultTenantId : undefined;
  const tenantId = (ownTenantId ?? inherited)?.toLowerCase();

  if (modes.includes('none') && !isDevelopment) {
    reader.faults.push({
      name: 'CALLER_AUTH',
      problem: 'is none, which is for local development alone: use key, entra or easyauth',
    });
  }
  if (modes.includes('easyauth') && readSetting(environment, 'WEBSITE_AUTH_ENABLED')?.toLowerCase() !== 'true') {
    reader.faults.push({
      name: 'CALLER_AUTH',
      problem:
        'is easyauth, and App Service Authentication is off (WEBSITE_AUTH_ENABLED is not true): switch it on in the portal under Settings > Authentication, or anybody could forge its headers',
    });
  }
  if (modes.includes('entra') && audiences.length === 0) {
    reader.faults.push({
      name: 'CALLER_AUDIENCE',
      problem: 'is not set: CALLER_AUTH=entra needs the application (client) id or App ID URI of this API',
    });
  }
  const knowsWho = modes.includes('entra') || modes.includes('easyauth');
  if (knowsWho && tenantId === undefined && readSetting(environment, 'CALLER_TENANT_ID') === undefined) {
    reader.faults.push({
      name: 'CALLER_TENANT_ID',
      problem:
        'is not set, and POWERBI_TENANT_ID is no tenant id (a GUID): CALLER_AUTH needs the one tenant whose callers are let in',
    });
  }
  return { modes, tenantId, audiences, ratePerMinute, faults: reader.faults };
}
