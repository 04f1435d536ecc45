import { createApp } from '../src/app/app.ts';
import { createMachineRuntime, readAppFile } from '../src/app/machine.ts';
import { readConfig } from '../src/config/read-config.ts';

/** The one app of this worker: its functions share one token cache. */
export const { functions, prefetch } = createApp(readConfig(process.env, readAppFile), createMachineRuntime());
