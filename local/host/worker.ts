import type {
  FunctionCallback,
  FunctionMetadata,
  HookCallback,
  ProgrammingModel,
  RegisteredFunction,
} from './core-types.ts';
import { createDisposable, Disposable } from './disposable.ts';
import { createHooks, type Hooks } from './hooks.ts';
import type { HostLog, HostLogEntry } from './host-log.ts';

/** The state of one loaded app, and the module `@azure/functions-core` through which the app reaches it. */
export interface Worker {
  readonly coreApi: object;
  readonly hooks: Hooks;
  readonly functions: ReadonlyMap<string, RegisteredFunction>;
  readonly log: HostLog;
  /** Shared by the hooks of the app, as the real worker shares them. */
  readonly appHookData: object;
  programmingModel(): ProgrammingModel;
  /** No function can be registered after this. */
  finishStartup(): void;
}

/** Makes an empty worker: functions, hooks and the programming model come in through its `coreApi`. */
export function createWorker(log: HostLog): Worker {
  const hooks = createHooks();
  const functions = new Map<string, RegisteredFunction>();
  const logThroughHooks = passThroughLogHooks(hooks, log);
  let model: ProgrammingModel | undefined;
  let startupFinished = false;

  function registerFunction(metadata: FunctionMetadata, callback: FunctionCallback) {
    if (startupFinished) throw new Error('A function can only be registered during app startup.');
    const id = metadata.functionId ?? metadata.name;
    if (functions.has(id)) throw new Error(`A function with id "${id}" has already been registered.`);
    functions.set(id, { metadata, callback });
    return createDisposable(() => {
      if (startupFinished) throw new Error('A function can only be disposed during app startup.');
      functions.delete(id);
    });
  }

  return {
    hooks,
    functions,
    log: logThroughHooks,
    appHookData: {},
    programmingModel() {
      if (model === undefined) throw new Error('The app set no programming model: does it register any function?');
      return model;
    },
    finishStartup() {
      startupFinished = true;
    },
    coreApi: {
      version: '3.0.0-local',
      hostVersion: '4.0.0-local',
      registerFunction,
      registerHook: (name: string, callback: HookCallback) => hooks.register(name, callback),
      setProgrammingModel(newModel: ProgrammingModel) {
        model = newModel;
      },
      getProgrammingModel: () => model,
      log(level: Extract<HostLogEntry, { kind: 'message' }>['level'], category: 'user' | 'system', message: string) {
        logThroughHooks({ kind: 'message', level, category, message });
      },
      Disposable,
    },
  };
}

function passThroughLogHooks(hooks: Hooks, log: HostLog): HostLog {
  return (entry) => {
    if (entry.kind === 'message' && hooks.has('log')) {
      const context = { ...entry, hookData: {} };
      hooks.executeNow('log', context);
      log({ ...entry, level: context.level, message: context.message });
    } else {
      log(entry);
    }
  };
}
