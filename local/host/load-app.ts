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

// Compiled outside this file, so that no test runner turns it into a require.
const importModule = runInThisContext('(url) => import(url)', {
  importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
}) as (url: string) => Promise<unknown>;

/**
 * Loads every file that `main` of the app's package.json matches, as the worker does: `.cjs` is required, `.mjs`
 * imported, `.js` by the package's type. Returns what unloads them again, so that the next load runs them anew.
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
    await worker.hooks.execute('appStart', {
      hookData: {},
      appHookData: worker.appHookData,
      functionAppDirectory: directory,
    });
  } finally {
    withdrawCoreModule();
  }
  worker.finishStartup();
  await refuseStreamMode(worker);
  return () => {
    for (const path of Object.keys(require.cache)) {
      // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- the one way to have a CommonJS file run again
      if (!loadedBefore.has(path)) delete require.cache[path];
    }
  };
}

// Asking for the capabilities is also what locks the set-up of the programming model, in the real worker too.
async function refuseStreamMode(worker: Worker): Promise<void> {
  const capabilities = await worker.programmingModel().getCapabilities?.({});
  if (capabilities?.['HttpUri'] !== undefined) {
    throw new HostStartError('The app turns enableHttpStream on, which this host does not speak: leave it off.');
  }
}

function readPackageJson(directory: string): PackageJson {
  const path = join(directory, 'package.json');
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as PackageJson;
  } catch (error) {
    throw new HostStartError(`${path} cannot be read: ${String(error)}`, { cause: error });
  }
}

function entryFiles(directory: string, { main }: PackageJson): string[] {
  if (main === undefined) throw new HostStartError(`package.json in ${directory} has no "main": it names the bundle.`);
  const files = globSync(main, { cwd: directory }).sort();
  if (files.length === 0) {
    throw new HostStartError(`There is no ${main} in ${directory}: run "npm run build" first.`);
  }
  return files.map((file) => join(directory, file));
}

function isESModule(file: string, packageJson: PackageJson): boolean {
  if (file.endsWith('.mjs')) return true;
  if (file.endsWith('.cjs')) return false;
  return packageJson.type === 'module';
}
