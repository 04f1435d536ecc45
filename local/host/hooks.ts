import type { HookCallback, HookName } from './core-types.ts';
import { createDisposable, type Disposable } from './disposable.ts';

export interface Hooks {
  register(name: string, callback: HookCallback): Disposable;
  has(name: HookName): boolean;
  /** Runs the hooks in the order they were registered, one after the other. */
  execute(name: HookName, context: object): Promise<void>;
  /** Log hooks are not waited for: a log line has nobody who could. */
  executeNow(name: 'log', context: object): void;
}

export function createHooks(): Hooks {
  const callbacks: Record<HookName, HookCallback[]> = {
    appStart: [],
    appTerminate: [],
    preInvocation: [],
    postInvocation: [],
    log: [],
  };
  return {
    register(name, callback) {
      if (!Object.hasOwn(callbacks, name)) throw new RangeError(`Unrecognized hook "${name}"`);
      const list = callbacks[name as HookName];
      list.push(callback);
      return createDisposable(() => {
        const index = list.indexOf(callback);
        if (index >= 0) list.splice(index, 1);
      });
    },
    has: (name) => callbacks[name].length > 0,
    async execute(name, context) {
      for (const callback of callbacks[name]) await callback(context);
    },
    executeNow(name, context) {
      for (const callback of callbacks[name]) callback(context);
    },
  };
}
