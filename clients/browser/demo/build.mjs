// Writes the demo page into the folder that is named: node clients/browser/demo/build.mjs OUTDIR
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';
import { readPatchedClient } from './patch-powerbi-client.ts';

const [outDirectory] = process.argv.slice(2);
if (outDirectory === undefined)
  throw new Error('Name the folder to write to: node clients/browser/demo/build.mjs OUTDIR');
const out = resolve(outDirectory);
const from = (file) => join(import.meta.dirname, file);

mkdirSync(out, { recursive: true });
copyFileSync(from('index.html'), join(out, 'index.html'));
await build({
  entryPoints: { demo: from('demo.ts'), style: from('style.css') },
  outdir: out,
  bundle: true,
  minify: true,
  format: 'iife',
  target: 'es2022',
  alias: { 'powerbi-client': from('../src/no-package.ts') },
  logLevel: 'warning',
});
writeFileSync(join(out, 'powerbi.js'), await readPatchedClient());
