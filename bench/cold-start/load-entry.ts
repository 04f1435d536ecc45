// Loads the bundle of an app by `require`, like the worker, and reports the processor time.
import { createRequire } from 'node:module';
import { provideCoreModule } from '../../local/host/core-module.ts';
import { createWorker } from '../../local/host/worker.ts';

provideCoreModule(createWorker(() => undefined).coreApi);
const [, , entry = ''] = process.argv;
const require = createRequire(import.meta.url);
const before = process.cpuUsage();
require(entry);
const { user, system } = process.cpuUsage(before);
process.send?.((user + system) / 1000, () => process.exit());
