import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CorsOptions } from './cors.ts';
import { HostStartError } from './host-start-error.ts';

/** What host.json and local.settings.json of an app folder say to the host. */
export interface HostSettings {
  readonly routePrefix: string;
  /** The app settings: `Values` of local.settings.json. */
  readonly values: Readonly<Record<string, string>>;
  readonly localHttpPort: number | undefined;
  readonly cors: CorsOptions;
}

interface HostJson {
  readonly extensions?: { readonly http?: { readonly routePrefix?: string } };
}

interface LocalSettingsJson {
  readonly Values?: Readonly<Record<string, unknown>>;
  readonly Host?: { readonly LocalHttpPort?: number; readonly CORS?: string; readonly CORSCredentials?: boolean };
}

/** Reads both files; a local.settings.json that is not there says nothing, a host.json must be there. */
export function readHostSettings(directory: string): HostSettings {
  const hostJson = readJson(join(directory, 'host.json')) as HostJson | undefined;
  if (hostJson === undefined) throw new HostStartError(`There is no host.json in ${directory}.`);
  const { Values = {}, Host = {} } = readLocalSettings(directory);
  return {
    routePrefix: (hostJson.extensions?.http?.routePrefix ?? 'api').replace(/^\/|\/$/g, ''),
    values: readValues(Values),
    localHttpPort: Host.LocalHttpPort,
    cors: { origins: Host.CORS ?? '', credentials: Host.CORSCredentials ?? false },
  };
}

function readLocalSettings(directory: string): LocalSettingsJson {
  return readJson(join(directory, 'local.settings.json')) ?? {};
}

function readValues(values: Readonly<Record<string, unknown>>): Record<string, string> {
  const entries = Object.entries(values).map(([name, value]): [string, string] => {
    if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') {
      throw new HostStartError(`Values.${name} in local.settings.json must be a string: write JSON as a string.`);
    }
    return [name, String(value)];
  });
  return Object.fromEntries(entries);
}

function readJson(path: string): unknown {
  if (!existsSync(path)) return undefined;
  try {
    return JSON.parse(readFileSync(path, 'utf8').replace(/^\uFEFF/, ''));
  } catch (error) {
    throw new HostStartError(`${path} is no JSON: ${String(error)}`, { cause: error });
  }
}
