import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { BUNDLE_OPTIONS } from '../../scripts/bundle-options.ts';

/** Folders that a host can run, in one folder that is removed at the end. */
export interface AppFolders {
  readonly root: string;
  /** The deployed bundle. */
  readonly product: string;
  /** The smallest app. */
  readonly constantFunction: string;
  /** The smallest app that gets a token. */
  readonly smallestToken: string;
  /** With the routes of the app. */
  readonly constant: string;
  /** The same with a log line. */
  readonly constantWithLog: string;
  remove(): Promise<void>;
}

const repository = fileURLToPath(new URL('../..', import.meta.url));

/** Builds the app and the functions that it is compared with. Each is one bundle, as deployed. */
export async function createAppFolders(): Promise<AppFolders> {
  const root = await mkdtemp(join(tmpdir(), 'token-function-bench-'));
  await promisify(execFile)(process.execPath, ['scripts/build.mjs'], { cwd: repository });
  return {
    root,
    product: await createFolder(root, 'product', (bundle) => copyBundle(dirname(bundle))),
    constantFunction: await createCompared(root, 'constant-function'),
    smallestToken: await createCompared(root, 'smallest-token'),
    constant: await createCompared(root, 'constant'),
    constantWithLog: await createCompared(root, 'constant-with-log'),
    remove: () => rm(root, { recursive: true }),
  };
}

async function createFolder(root: string, name: string, putBundle: (path: string) => Promise<void>): Promise<string> {
  const folder = join(root, name);
  await mkdir(folder);
  await copyFile(join(repository, 'host.json'), join(folder, 'host.json'));
  await writeFile(join(folder, 'package.json'), JSON.stringify({ main: 'index.cjs' }));
  await putBundle(join(folder, 'index.cjs'));
  return folder;
}

/** The bundle, and the files that it loads when it needs them. A compared app loads the same ones. */
async function copyBundle(folder: string): Promise<void> {
  const dist = join(repository, 'dist');
  const files = (await readdir(dist)).filter((name) => name.endsWith('.cjs'));
  await Promise.all(files.map((name) => copyFile(join(dist, name), join(folder, name))));
}

function createCompared(root: string, name: string): Promise<string> {
  const entryPoint = fileURLToPath(new URL(`../compared/${name}.ts`, import.meta.url));
  return createFolder(root, name, async (outfile) => {
    await copyBundle(dirname(outfile));
    await build({ ...BUNDLE_OPTIONS, entryPoints: [entryPoint], outfile });
  });
}
