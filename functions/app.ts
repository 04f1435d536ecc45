import { createApp } from '../src/app/app.ts';
import { createMachineRuntime, keepWebAssemblySimple, readAppFile } from '../src/app/machine.ts';
import { readConfig } from '../src/config/read-config.ts';

/** Lets a waiting request go first, because loading the Azure SDK needs the processor. */
const PREFETCH_DELAY_MS = 100;

keepWebAssemblySimple();
const runtime = createMachineRuntime();
const app = createApp(readConfig(process.env, readAppFile), runtime);

/** The functions of the one app of this worker: they share one token cache. */
export const { functions } = app;

/** Requests the token of `default` once per process, shortly after the start. */
export function prefetchSoon(): void {
  runtime.clock.schedule(PREFETCH_DELAY_MS, () => void app.prefetch());
}
