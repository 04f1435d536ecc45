import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';

export interface AppFolder {
  readonly directory: string;
  writeJson(file: string, content: unknown): void;
  remove(): void;
}

export interface AppFolderContent {
  /** The text of functions/index.ts. */
  readonly source: string;
  readonly hostJson?: unknown;
  readonly localSettings?: unknown;
}

/** A function app in its own folder, bundled like the deployed one: with @azure/functions, without the core. */
export async function createAppFolder({ source, hostJson, localSettings }: AppFolderContent): Promise<AppFolder> {
  const directory = mkdtempSync(join(tmpdir(), 'function-app-'));
  const writeJson = (file: string, content: unknown): void => {
    writeFileSync(join(directory, file), JSON.stringify(content));
  };
  writeJson('package.json', { type: 'module', main: 'dist/*.cjs' });
  writeJson('host.json', hostJson ?? { version: '2.0' });
  if (localSettings !== undefined) writeJson('local.settings.json', localSettings);
  await build({
    stdin: { contents: source, resolveDir: resolve('.'), loader: 'ts' },
    outfile: join(directory, 'dist/index.cjs'),
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node22',
    external: ['@azure/functions-core'],
    logLevel: 'silent',
  });
  return {
    directory,
    writeJson,
    remove() {
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
