// npm start: the whole system on this machine, with no Azure account.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describeEmulators } from './describe-emulators.ts';
import type { Emulators } from '../emulators/emulators.ts';
import { HostStartError } from '../host/host-start-error.ts';
import { readHostSettings } from '../host/host-settings.ts';
import { listen } from '../host/listen.ts';
import { prepareAppFolder } from './app-folder.ts';
import { chooseCoreTools } from './core-tools.ts';
import { startEmulatorsInRow } from './emulators.ts';
import { createAppEnvironment, createAppSettings } from './environment.ts';
import { askForFirstToken } from './first-token.ts';
import { startFunctionApp, type FunctionApp } from './function-app.ts';
import { help, parseStartOptions, type StartOptions } from './options.ts';
import { readStartProfiles } from './profiles.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const runtimeDirectory = join(root, '.local');

// What is running, in the order it is to be ended.
const running: { close(): Promise<void> }[] = [];

async function start(): Promise<void> {
  const options = parseStartOptions(process.argv.slice(2), process.env);
  if (options.help) {
    process.stdout.write(help);
    return;
  }
  process.on('SIGINT', () => void end(0));
  process.on('SIGTERM', () => void end(0));
  if (options.emulatorsOnly) await startEmulatorsOnly(options);
  else await startEverything(options);
}

async function startEverything(options: StartOptions): Promise<void> {
  const coreTools = chooseCoreTools(root, options.useCoreTools);
  const port = await findPort(options.port);
  build();
  const emulators = await startEmulatorsInRow(options.emulatorsPort, runtimeDirectory);
  running.push(emulators);
  const folder = prepareAppFolder(root, runtimeDirectory);
  if (folder.notice !== undefined) say(folder.notice);
  const profiles = readStartProfiles(folder.directory, profilesFileOf(folder.directory));
  say(`Entra's stand-in is ${emulators.entra.url}.`);
  say(`Starting the function app under ${coreTools ?? 'the stand-in host'} ...`);
  const functionApp = await startFunctionApp({
    directory: folder.directory,
    port,
    coreTools,
    environment: createAppEnvironment(
      process.env,
      createAppSettings(emulators.settings, { port, hasDefaultProfile: profiles.hasDefault }),
      certificateAuthorityOf(emulators),
    ),
  });
  running.unshift(functionApp);
  void endWith(functionApp);
  say(await askForFirstToken(functionApp.url, profiles.first));
}

async function startEmulatorsOnly(options: StartOptions): Promise<void> {
  const emulators = await startEmulatorsInRow(options.emulatorsPort, runtimeDirectory);
  running.push(emulators);
  const exampleSettings = readFileSync(join(root, 'local.settings.example.json'), 'utf8');
  say(describeEmulators(emulators, certificateAuthorityOf(emulators), exampleSettings));
}

// As the function app will read it: of the shell first, then of the folder's local.settings.json.
function profilesFileOf(directory: string): string | undefined {
  return [process.env['PROFILES_FILE'], readHostSettings(directory).values['PROFILES_FILE']].find(Boolean);
}

// Asked before anything is built or started, so that the message comes at once.
async function findPort(wanted: number): Promise<number> {
  const server = createServer();
  const port = await listen(server, wanted);
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function build(): void {
  say('Building ...');
  const { status } = spawnSync(process.execPath, ['scripts/build.mjs'], { cwd: root, stdio: 'inherit' });
  if (status !== 0) throw new HostStartError('The build failed: see above.');
}

function certificateAuthorityOf({ certificateAuthorityFile }: Emulators): string {
  if (certificateAuthorityFile === undefined) throw new Error('the stand-ins keep their certificates in no file');
  return certificateAuthorityFile;
}

async function endWith(functionApp: FunctionApp): Promise<void> {
  const code = await functionApp.ended;
  if (ending !== undefined) return;
  say('The function app has ended: see above.');
  await end(code === 0 ? 0 : 1);
}

let ending: Promise<void> | undefined;

function end(exitCode: number): Promise<void> {
  ending ??= closeAll().finally(() => {
    process.exit(exitCode);
  });
  return ending;
}

async function closeAll(): Promise<void> {
  for (const { close } of running) await close();
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

start().catch(async (error: unknown) => {
  // Ctrl-C while something was starting: that is no failure.
  if (ending !== undefined) return;
  console.error(error instanceof HostStartError ? error.message : error);
  await end(1);
});
