// Builds what is deployed: one CommonJS file from one entry, so that every function shares one token cache.
import { build } from 'esbuild';
import { BUNDLE_OPTIONS } from './bundle-options.ts';

await build({
  ...BUNDLE_OPTIONS,
  entryPoints: ['functions/index.ts'],
  outfile: 'dist/index.cjs',
  // Kept beside the bundle and not deployed: it turns the frames of a logged defect into lines of source.
  sourcemap: 'external',
  legalComments: 'none',
});
