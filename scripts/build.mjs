// Builds what is deployed: one bundle from one entry, so that every function shares one token cache, and beside it the files
// that are loaded when they are needed. These contain only packages, no module of ours, so no module exists twice.
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { BUNDLE_OPTIONS, LAZY_MODULES } from './bundle-options.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const lazy = LAZY_MODULES.map((path) => ({ in: join(root, path), out: basename(path, '.ts') }));

const { metafile } = await build({
  ...BUNDLE_OPTIONS,
  entryPoints: [{ in: 'functions/index.ts', out: 'index' }, ...lazy],
  outdir: 'dist',
  outExtension: { '.js': '.cjs' },
  // The source maps stay beside the bundle and are not deployed. They map the frames of a logged defect to source lines.
  sourcemap: 'linked',
  legalComments: 'none',
  metafile: true,
});

for (const [file, { bytes }] of Object.entries(metafile.outputs)) {
  if (file.endsWith('.cjs')) console.log(`${file}  ${Math.ceil(bytes / 1024)} KiB`);
}
