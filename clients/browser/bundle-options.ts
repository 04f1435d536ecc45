import { join } from 'node:path';
import type { BuildOptions } from 'esbuild';

export type Format = 'esm' | 'iife';

/** The options of the bundles in dist/, for the build and for the tests that load and measure them. */
export function bundleOptions(format: Format) {
  const folder = import.meta.dirname;
  return {
    entryPoints: [join(folder, 'src/index.ts')],
    outfile: join(folder, 'dist', format === 'esm' ? 'powerbi-embed.js' : 'powerbi-embed.iife.js'),
    bundle: true,
    minify: true,
    format,
    target: 'es2022',
    ...(format === 'esm'
      ? { external: ['powerbi-client'] }
      : { alias: { 'powerbi-client': join(folder, 'src/no-package.ts') }, globalName: 'powerbiEmbed' }),
  } satisfies BuildOptions;
}
