import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { constants, runInThisContext } from 'node:vm';
import { provideCoreModule } from './core-module.ts';
import { HostStartError } from './host-start-error.ts';
import { nodeModule } from './node-realm.ts';
import type { Worker } from './worker.ts';

interface PackageJson {
  readonly main?: string;
  readonly type?: string;
}

// Compiled outside this file: a test runner would turn an import() in it into a require.
const importModule = runInThisContext('(url) => import(url)', {
  importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
}) as (url: string) => Promise<unknown>;

/**
 * Loads every file that `main` of the app's package.json matches, as the worker does: `.cjs` is required, `.mjs`
 * imported, `.js` by the package's type. Returns a function that unloads them, so that the next load runs them again.
 */
export async function loadApp(directory: string, worker: Worker): Promise<() => void> {
  const packageJson = readPackageJson(directory);
  const files = entryFiles(directory, packageJson);
  const require = nodeModule.createRequire(join(directory, 'package.json'));
  const loadedBefore = new Set(Object.keys(require.cache));
  const withdrawCoreModule = provideCoreModule(worker.coreApi);
  try {
    for (const file of files) {
      if (isESModule(file, packageJson)) await importModule(pathToFileURL(file).href);
      else require(file);
    }
  } finally {
    withdrawCoreModule();
  }
  worker.finishStartup();
  await refuseStreamMode(worker);
  return () => {
    for (const path of Object.keys(require.cache)) {
      // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- the only way to make Node run a CommonJS file again
      if (!loadedBefore.has(path)) delete require.cache[path];
    }
  };
}

// Reading the capabilities also ends the set-up of the programming model, as in the real worker.
async function refuseStreamMode(worker: Worker): Promise<void> {
  const capabilities = await worker.programmingModel().getCapabilities?.({});
  if (capabilities?.['HttpUri'] !== undefined) {
    throw new HostStartError('The app sets enableHttpStream, which the stand-in host does not support. Remove it.');
  }
}

function readPackageJson(directory: string): PackageJson {
  const path = join(directory, 'package.json');
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as PackageJson;
  } catch (error) {
    throw new HostStartError(`${path} is not readable as JSON: ${String(error)}`, { cause: error });
  }
}

function entryFiles(directory: string, { main }: PackageJson): string[] {
  if (main === undefined)
    throw new HostStartError(`package.json in ${directory} has no "main", which names the bundle.`);
  const files = globSync(main, { cwd: directory }).sort();
  if (files.length === 0) {
    throw new HostStartError(`There is no ${main} in ${directory}. Run "npm run build" first.`);
  }
  return files.map((file) => join(directory, file));
}

function isESModule(file: string, packageJson: PackageJson): boolean {
  if (file.endsWith('.mjs')) return true;
  if (file.endsWith('.cjs')) return false;
  return packageJson.type === 'module';
}
