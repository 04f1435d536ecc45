import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { startEmulators, type Emulators } from '../../local/emulators/emulators.ts';
import { spawnProgram } from '../local/host/support/spawn-program.ts';

/** The built bundle under the stand-in host, in its own process, against stand-ins for Azure. */
export interface BuiltApp {
  readonly url: string;
  /** The app's folder. It is removed with all its files when the app closes. */
  readonly directory: string;
  readonly emulators: Emulators;
  /** The routes that the host found in the bundle. */
  readonly routes: readonly RegisteredRoute[];
  /** The log of the host and the app. */
  output(): string;
  close(): Promise<void>;
}

export interface RegisteredRoute {
  readonly functionName: string;
  readonly methods: readonly string[];
  /** `/api/token/{profile?}`. */
  readonly path: string;
}

export interface BuiltAppOptions {
  readonly settings?: Readonly<Record<string, string>>;
  /** The content of profiles.json. */
  readonly profilesFile?: unknown;
  /** Origins whose pages may read the answers (CORS). */
  readonly corsOrigins?: readonly string[];
  /** The function key that callers must send. Without it no key is required. */
  readonly hostKey?: string;
}

const root = resolve('.');

/** Builds the app like the deployed one, into its own folder, and starts it. */
export async function startBuiltApp({
  settings = {},
  profilesFile,
  hostKey,
  corsOrigins = [],
}: BuiltAppOptions = {}): Promise<BuiltApp> {
  const directory = mkdtempSync(join(tmpdir(), 'built-app-'));
  const remove = (): void => {
    rmSync(directory, { recursive: true, force: true });
  };
  buildInto(directory);
  if (profilesFile !== undefined) writeFileSync(join(directory, 'profiles.json'), JSON.stringify(profilesFile));
  const hostSettings = { IsEncrypted: false, Values: {}, Host: { CORS: corsOrigins.join(',') } };
  writeFileSync(join(directory, 'local.settings.json'), JSON.stringify(hostSettings));
  const emulators = await startEmulators({ certificateDirectory: join(directory, 'certificates') });
  const keys = hostKey === undefined ? [] : ['--enforce-keys', '--host-key', `default=${hostKey}`];
  const environment = {
    ...emulators.settings,
    ...settings,
    NODE_EXTRA_CA_CERTS: emulators.certificateAuthorityFile ?? '',
  };
  // The worker runs in the app's folder, where it finds profiles.json.
  const program = spawnProgram(
    [join(root, 'local/host/main.ts'), '--directory', directory, '--port', '0', ...keys],
    environment,
    directory,
  );
  const close = async (): Promise<void> => {
    program.kill('SIGTERM');
    await program.exited;
    await emulators.close();
    remove();
  };
  try {
    const [, url = ''] = await program.waitFor(/Listening on (http:\S+)/);
    return { url, directory, emulators, routes: readRoutes(program.output()), output: program.output, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** A folder with links to the sources. The build writes beside its sources, so it does not disturb other builds. */
function buildInto(directory: string): void {
  for (const file of ['package.json', 'host.json']) cpSync(join(root, file), join(directory, file));
  symlinkSync(join(root, 'functions'), join(directory, 'functions'));
  execFileSync(process.execPath, [join(root, 'scripts/build.mjs')], { cwd: directory });
}

function readRoutes(output: string): RegisteredRoute[] {
  return [...output.matchAll(/^ {2}([\w-]+): \[([A-Z,]+)\] http:\/\/localhost:\d+(\/\S*)$/gm)].map(
    ([, functionName = '', methods = '', path = '']) => ({ functionName, methods: methods.split(','), path }),
  );
}
