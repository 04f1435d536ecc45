import type { BuildOptions } from 'esbuild';

/** How functions are bundled: those that are deployed, and those that the bench compares them with. */
export const BUNDLE_OPTIONS = {
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node22',
  // The host provides this module at run time. No registry has it.
  external: ['@azure/functions-core'],
  // The ES builds of the Azure packages can be tree-shaken, which makes the bundle a third smaller.
  mainFields: ['module', 'main'],
  minify: true,
  logLevel: 'warning',
} satisfies BuildOptions;
