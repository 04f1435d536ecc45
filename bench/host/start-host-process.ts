import { startChildProcess } from '../child-process.ts';

export interface HostProcess {
  readonly tokenUrl: string;
  readState(): Promise<HostState>;
  close(): Promise<void>;
}

export interface HostState {
  /** Still in use after everything else was collected. */
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
  return {
    tokenUrl: `${url}/api/token`,
    readState() {
      child.send('read state');
      return child.receive() as Promise<HostState>;
    },
    close: child.close,
  };
}
