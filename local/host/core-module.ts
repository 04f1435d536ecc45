import { nodeModule } from './node-realm.ts';

const moduleName = '@azure/functions-core';

/**
 * Makes `require('@azure/functions-core')` return `coreApi`, as the worker does. Returns a function that undoes it.
 * `@azure/functions` requires the module once, when it registers the first function, and keeps it.
 */
export function provideCoreModule(coreApi: object): () => void {
  const original = Reflect.get(nodeModule.prototype, 'require') as (this: unknown, id: string) => unknown;
  const requireWithCore = function (this: unknown, id: string): unknown {
    return id === moduleName ? coreApi : original.call(this, id);
  };
  Reflect.set(nodeModule.prototype, 'require', requireWithCore);
  return () => {
    Reflect.set(nodeModule.prototype, 'require', original);
  };
}
