import { startFunctionApp, type FunctionApp, type FunctionAppOptions } from './function-app.ts';

export interface AppRunner {
  readonly url: string;
  /** Ends the running process and starts another one. A second call waits for the first one. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

export interface AppRunnerOptions {
  /** Read at every start, because settings may have changed. */
  readonly describeApp: () => FunctionAppOptions;
  /** The process ended by itself. */
  readonly onEnded: (exitCode: number | null) => void;
}

/** Starts the function app and keeps it replaceable by a new process. */
export async function startAppRunner({ describeApp, onEnded }: AppRunnerOptions): Promise<AppRunner> {
  let current: FunctionApp | undefined;
  let restarting: Promise<void> | undefined;
  const start = async (): Promise<FunctionApp> => {
    const started = await startFunctionApp(describeApp());
    void started.ended.then((exitCode) => {
      if (current === started) onEnded(exitCode);
    });
    return started;
  };
  const close = async (): Promise<void> => {
    const closing = current;
    current = undefined;
    await closing?.close();
  };
  const replace = async (): Promise<void> => {
    await close();
    current = await start();
  };

  current = await start();
  return {
    url: current.url,
    restart() {
      restarting ??= replace().finally(() => {
        restarting = undefined;
      });
      return restarting;
    },
    close,
  };
}
