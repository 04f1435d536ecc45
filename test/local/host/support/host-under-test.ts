import type { HostLogEntry } from '../../../../local/host/host-log.ts';
import { startHost, type Host, type HostOptions } from '../../../../local/host/start-host.ts';
import { createAppFolder, type AppFolderContent } from './app-folder.ts';

export interface HostUnderTest extends Host {
  readonly entries: HostLogEntry[];
  readonly directory: string;
}

/** A host on a free port that runs an app made of `content`; closing it removes the folder. */
export async function startTestHost(
  content: AppFolderContent,
  options: Partial<HostOptions> = {},
): Promise<HostUnderTest> {
  const folder = await createAppFolder(content);
  const entries: HostLogEntry[] = [];
  try {
    const host = await startHost({
      directory: folder.directory,
      port: 0,
      log: (entry) => entries.push(entry),
      ...options,
    });
    const close = (): Promise<void> => host.close().finally(folder.remove);
    return { ...host, close, entries, directory: folder.directory };
  } catch (error) {
    folder.remove();
    throw error;
  }
}
