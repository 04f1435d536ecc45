import { join } from 'node:path';
import { build } from 'esbuild';

export interface PageBundle {
  readonly script: string;
  readonly style: string;
}

let bundled: Promise<PageBundle> | undefined;

/** The browser part of the embed page, bundled at the first request. */
export function bundlePage(): Promise<PageBundle> {
  return (bundled ??= bundle());
}

async function bundle(): Promise<PageBundle> {
  const { outputFiles } = await build({
    entryPoints: ['main.ts', 'style.css'].map((file) => join(import.meta.dirname, 'page', file)),
    bundle: true,
    write: false,
    outdir: 'out',
    target: 'es2022',
    logLevel: 'silent',
  });
  const read = (ending: string): string => outputFiles.find(({ path }) => path.endsWith(ending))?.text ?? '';
  return { script: read('.js'), style: read('.css') };
}
