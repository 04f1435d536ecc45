// Writes dist/: the ES module, the IIFE for a script tag, and the types.
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { build } from 'esbuild';
import { bundleOptions } from './bundle-options.ts';

const folder = import.meta.dirname;
rmSync(join(folder, 'dist'), { recursive: true, force: true });
for (const format of ['esm', 'iife']) await build({ ...bundleOptions(format), sourcemap: true });
const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
const { status } = spawnSync(process.execPath, [tsc, '--project', folder], { stdio: 'inherit' });
process.exitCode = status ?? 1;
