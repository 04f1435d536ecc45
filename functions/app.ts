import { createApp } from '../src/app/app.ts';
import { createMachineRuntime, readAppFile } from '../src/app/machine.ts';
import { readConfig } from '../src/config/read-config.ts';

/** A request that is waiting already goes first: loading the Azure SDK would take the processor from it. */
const PREFETCH_DELAY_MS = 100;

const runtime = createMachineRuntime();
const app = createApp(readConfig(process.env, readAppFile), runtime);

/** The functions of the one app of this worker: they share one token cache. */
export const { functions } = app;

/** Requests the token of `default` once per process, soon. */
export function prefetchSoon(): void {
  runtime.clock.schedule(PREFETCH_DELAY_MS, () => void app.prefetch());
}
