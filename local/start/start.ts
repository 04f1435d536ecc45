// npm start: the app, with stand-ins for Azure, on this machine.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { HostStartError } from '../host/host-start-error.ts';
import { certificateAuthorityOf } from './describe-app.ts';
import { describeEmulators } from './describe-emulators.ts';
import { startEmulatorsInRow } from './emulators.ts';
import { help, parseStartOptions, type StartOptions } from './options.ts';
import { startStack } from './stack.ts';
import { createTerminal } from './terminal.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const runtimeDirectory = join(root, '.local');

const terminal = createTerminal({
  write: (text) => process.stdout.write(text),
  isTerminal: process.stdout.isTTY,
  nowMs: () => performance.now(),
});

// What is running, in the order in which it ends.
const running: { close(): Promise<void> | void }[] = [];

async function start(): Promise<void> {
  const options = parseStartOptions(process.argv.slice(2), process.env);
  if (options.help) {
    process.stdout.write(help);
    return;
  }
  process.on('SIGINT', () => void end(0));
  process.on('SIGTERM', () => void end(0));
  if (options.emulatorsOnly) await startEmulatorsOnly(options);
  else await startStack({ options, root, runtimeDirectory, terminal, keep: (one) => running.unshift(one), end });
}

async function startEmulatorsOnly(options: StartOptions): Promise<void> {
  const emulators = await startEmulatorsInRow(options.emulatorsPort, runtimeDirectory);
  running.push(emulators);
  const exampleSettings = readFileSync(join(root, 'local.settings.example.json'), 'utf8');
  terminal.say(describeEmulators(emulators, certificateAuthorityOf(emulators), exampleSettings));
}

let ending: Promise<void> | undefined;

function end(exitCode: number, reason?: string): Promise<void> {
  if (ending === undefined && reason !== undefined) terminal.say(reason);
  ending ??= closeAll().finally(() => {
    process.exit(exitCode);
  });
  return ending;
}

async function closeAll(): Promise<void> {
  for (const { close } of running) await close();
  if (running.length > 0) terminal.say('Stopped.');
}

start().catch(async (error: unknown) => {
  // Ctrl-C during the start is not a failure.
  if (ending !== undefined) return;
  console.error(error instanceof HostStartError ? error.message : error);
  await end(1);
});
