import { readSetting, type Environment } from './setting-reader.ts';

/**
 * Whether the platform's own variables are there, whatever the app settings say. In Azure WEBSITE_HOSTNAME is never a local
 * name; on a developer's machine Core Tools set one, and a container there may well have a CONTAINER_NAME.
 */
export function isOnAzure(environment: Environment): boolean {
  const hostname = readSetting(environment, 'WEBSITE_HOSTNAME');
  if (hostname !== undefined) return !/^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/i.test(hostname);
  return (['WEBSITE_INSTANCE_ID', 'CONTAINER_NAME'] as const).some(
    (name) => readSetting(environment, name) !== undefined,
  );
}

/** Local development: the setting alone does not count, since it can be set by mistake in Azure, where it opens doors. */
export function isLocalDevelopment(environment: Environment): boolean {
  const isNamed = readSetting(environment, 'AZURE_FUNCTIONS_ENVIRONMENT')?.toLowerCase() === 'development';
  return isNamed && !isOnAzure(environment);
}
