import { createApp } from '../src/app/app.ts';
import { createMachineRuntime, readAppFile } from '../src/app/machine.ts';
import { readConfig } from '../src/config/read-config.ts';

/** The one app of this worker: all functions share it, and with it one token cache. */
export const { authLevel, handlers, personDatasets } = createApp(
  readConfig(process.env, readAppFile),
  createMachineRuntime(),
);
