import { startChildProcess } from '../child-process.ts';

export interface HostProcess {
  readonly tokenUrl: string;
  readState(): Promise<HostState>;
  /** What is still in use after everything else was collected. */
  readStateWithoutGarbage(): Promise<HostState>;
  close(): Promise<void>;
}

export type HostRequest = 'read state' | 'collect garbage';

export interface HostState {
  readonly heapUsedBytes: number;
  readonly residentBytes: number;
  /** Processor time that the process has had since it started. */
  readonly cpuMs: number;
  /** Of what the app logged last. */
  readonly lastLineLength: number;
}

/** A host in a process of its own, so that nothing but the app and its host is measured. */
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
