import type {
  FunctionCallback,
  FunctionMetadata,
  LogLevel,
  ProgrammingModel,
  RegisteredFunction,
} from './core-types.ts';
import type { HostLog } from './host-log.ts';
import { HostStartError } from './host-start-error.ts';

/** The state of one loaded app, and the module `@azure/functions-core` through which the app reaches it. */
export interface Worker {
  readonly coreApi: object;
  readonly functions: ReadonlyMap<string, RegisteredFunction>;
  readonly log: HostLog;
  programmingModel(): ProgrammingModel;
  /** No function can be registered after this. */
  finishStartup(): void;
}

/** Makes an empty worker. The app puts its functions and its programming model into it through `coreApi`. */
export function createWorker(log: HostLog): Worker {
  const functions = new Map<string, RegisteredFunction>();
  let model: ProgrammingModel | undefined;
  let startupFinished = false;

  function registerFunction(metadata: FunctionMetadata, callback: FunctionCallback): void {
    if (startupFinished) throw new Error('A function can only be registered during app startup.');
    const { name } = metadata;
    if (functions.has(name)) throw new Error(`A function with the name "${name}" has already been registered.`);
    functions.set(name, { metadata, callback });
  }

  return {
    functions,
    log,
    programmingModel() {
      if (model === undefined) throw new Error('The app set no programming model. Does it register a function?');
      return model;
    },
    finishStartup() {
      startupFinished = true;
    },
    coreApi: {
      version: '3.0.0-local',
      hostVersion: '4.0.0-local',
      registerFunction,
      registerHook(name: string) {
        throw new HostStartError(`The app registers the hook "${name}". The stand-in host runs no hooks.`);
      },
      setProgrammingModel(newModel: ProgrammingModel) {
        model = newModel;
      },
      getProgrammingModel: () => model,
      log(level: LogLevel, category: 'user' | 'system', message: string) {
        log({ kind: 'message', level, category, message });
      },
    },
  };
}
