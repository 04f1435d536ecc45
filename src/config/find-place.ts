import { readSetting, type Environment } from './setting-reader.ts';

/** Whether the platform's own variables are there. They cannot be missing in Azure, whatever the app settings say. */
export function isOnAzure(environment: Environment): boolean {
  const hostname = readSetting(environment, 'WEBSITE_HOSTNAME');
  const isPublicHost = hostname !== undefined && !/^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/i.test(hostname);
  return (
    isPublicHost ||
    readSetting(environment, 'WEBSITE_INSTANCE_ID') !== undefined ||
    readSetting(environment, 'CONTAINER_NAME') !== undefined
  );
}

/** Local development: the setting alone does not count, since it can be set by mistake in Azure, where it opens doors. */
export function isLocalDevelopment(environment: Environment): boolean {
  const isNamed = readSetting(environment, 'AZURE_FUNCTIONS_ENVIRONMENT')?.toLowerCase() === 'development';
  return isNamed && !isOnAzure(environment);
}
