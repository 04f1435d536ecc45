import { readSetting, type Environment } from './setting-reader.ts';

/**
 * Whether the variables of App Service are set, whatever the app settings say. In Azure WEBSITE_HOSTNAME is never a local name.
 * On a developer's machine Core Tools set a local one, and a container may have a CONTAINER_NAME.
 */
export function isOnAzure(environment: Environment): boolean {
  const hostname = readSetting(environment, 'WEBSITE_HOSTNAME');
  if (hostname !== undefined) return !/^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/i.test(hostname);
  return (['WEBSITE_INSTANCE_ID', 'CONTAINER_NAME'] as const).some(
    (name) => readSetting(environment, name) !== undefined,
  );
}

/** Local development. The setting alone is not enough: if set by mistake in Azure, it would disable checks. */
export function isLocalDevelopment(environment: Environment): boolean {
  const isNamed = readSetting(environment, 'AZURE_FUNCTIONS_ENVIRONMENT')?.toLowerCase() === 'development';
  return isNamed && !isOnAzure(environment);
}
