// Builds what is deployed: one CommonJS file from one entry, so that every function shares one token cache.
import { build } from 'esbuild';
import { BUNDLE_OPTIONS } from './bundle-options.ts';

await build({
  ...BUNDLE_OPTIONS,
  entryPoints: ['functions/index.ts'],
  outfile: 'dist/index.cjs',
  // The map stays beside the bundle and is not deployed. It turns the frames of a logged defect into lines of source.
  sourcemap: 'linked',
  legalComments: 'none',
});
