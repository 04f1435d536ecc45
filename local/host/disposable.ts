/** What `registerFunction` and `registerHook` give back; disposing takes the registration away. */
export interface Disposable {
  dispose(): unknown;
}

/** Calls `callOnDispose` the first time it is disposed. */
export function createDisposable(callOnDispose: () => unknown): Disposable {
  let pending: (() => unknown) | undefined = callOnDispose;
  return {
    dispose() {
      const dispose = pending;
      pending = undefined;
      return dispose?.();
    },
  };
}

/**
 * The `Disposable` of `@azure/functions-core`: programs write `new Disposable(…)`, and a constructor that returns an
 * object gives that object.
 */
export function Disposable(callOnDispose: () => unknown): Disposable {
  return createDisposable(callOnDispose);
}

Disposable.from = (...disposables: readonly Disposable[]): Disposable =>
  createDisposable(() => {
    for (const disposable of disposables) disposable.dispose();
  });
