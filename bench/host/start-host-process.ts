import { startChildProcess } from '../child-process.ts';

export interface HostProcess {
  readonly tokenUrl: string;
  readState(): Promise<HostState>;
  /** The heap after a forced collection. */
  readStateWithoutGarbage(): Promise<HostState>;
  close(): Promise<void>;
}

export type HostRequest = 'read state' | 'collect garbage';

export interface HostState {
  readonly heapUsedBytes: number;
  readonly residentBytes: number;
  /** The processor time of the process since its start. */
  readonly cpuMs: number;
  /** The length of the last log line of the app. */
  readonly lastLineLength: number;
}

/** A host in a separate process, so that only the app and its host are measured. */
export async function startHostProcess(directory: string, environment: NodeJS.ProcessEnv): Promise<HostProcess> {
  const child = startChildProcess('host/host-process.ts', {
    cwd: directory,
    env: environment,
    nodeOptions: ['--expose-gc'],
  });
  const { url } = (await child.receive()) as { url: string };
  const askFor = (request: HostRequest): Promise<HostState> => {
    child.send(request);
    return child.receive() as Promise<HostState>;
  };
  return {
    tokenUrl: `${url}/api/token`,
    readState: () => askFor('read state'),
    readStateWithoutGarbage: () => askFor('collect garbage'),
    close: child.close,
  };
}
