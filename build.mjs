// Builds what is deployed: one CommonJS file from one entry, so that every function shares one token cache.
import { build } from 'esbuild';

await build({
  entryPoints: ['functions/index.ts'],
  outfile: 'dist/index.cjs',
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node22',
  // The host provides this module at run time; it stands in no registry.
  external: ['@azure/functions-core'],
  // The ES builds of the Azure packages can be tree-shaken, which makes the bundle a third smaller.
  mainFields: ['module', 'main'],
  minify: true,
  // Kept beside the bundle and not deployed: it turns the frames of a logged defect into lines of source.
  sourcemap: 'external',
  legalComments: 'none',
  logLevel: 'warning',
});
