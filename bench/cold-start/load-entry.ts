// Loads the entry of an app as the worker does, once, and tells how long that took.
import { provideCoreModule } from '../../local/host/core-module.ts';
import { createWorker } from '../../local/host/worker.ts';

provideCoreModule(createWorker(() => undefined).coreApi);
const [, , entry = ''] = process.argv;
const startMs = performance.now();
await import(entry);
process.send?.(performance.now() - startMs);
process.disconnect();
