import { styleText } from 'node:util';
import type { Emulators } from '../emulators/emulators.ts';
import { readHostSettings } from '../host/host-settings.ts';
import { startAppRunner, type AppRunner } from './app-runner.ts';
import { chooseHost } from './core-tools.ts';
import {
  describeApp,
  describeFileNotices,
  describeShellNotices,
  filesToWatch,
  readAppProfiles,
} from './describe-app.ts';
import { describeResult } from './describe-result.ts';
import { describeDroppedVariables } from './environment.ts';
import { startEmulatorsInRow } from './emulators.ts';
import { findPort } from './find-port.ts';
import { requestFirstToken } from './first-token.ts';
import { createLogs, type Logs } from './logs.ts';
import type { StartOptions } from './options.ts';
import { listenToKeys } from './rehearsal/keys.ts';
import { createRehearsal, type Rehearsal } from './rehearsal/rehearsal.ts';
import { describeStopped, reloadOnChange } from './reload.ts';
import { runScript } from './run-script.ts';
import { hasDemo, startDemo, type Demo } from './start-demo.ts';
import type { SettingsError } from './settings-error.ts';
import type { Terminal } from './terminal.ts';

export interface StackOptions {
  readonly options: StartOptions;
  readonly root: string;
  readonly runtimeDirectory: string;
  readonly terminal: Terminal;
  /** Registers something to close at the end, in reverse order. */
  readonly keep: (running: { close(): Promise<void> | void }) => void;
  /** Ends `npm start`. Prints the reason, unless it is ending already. */
  readonly end: (exitCode: number, reason?: string) => Promise<void>;
}

const defaultPort = 7071;
const interruptMs = 500;

/** Starts the stand-ins, the function app and the demo, and prints the result. */
export async function startStack(stack: StackOptions): Promise<void> {
  const { options, root, terminal, keep, end } = stack;
  const host = chooseHost(root, options.useCoreTools);
  const port = await findPort(options.port ?? readHostSettings(root).localHttpPort ?? defaultPort);
  await terminal.wait('Building', () => runScript(root, ['scripts/build.mjs']));
  const emulators = await terminal.wait('Starting the stand-ins for Azure', () =>
    startEmulatorsInRow(options.emulatorsPort, stack.runtimeDirectory),
  );
  keep(emulators);

  const logs = createLogs({ say: terminal.say, isVerbose: options.verbose });
  const app = await terminal
    .wait('Starting the function app', () => startApp(stack, { emulators, port, coreTools: host.coreTools, logs }))
    .catch((error: unknown) => {
      logs.release();
      throw error;
    });
  keep(app);
  const tokenUrl = tokenUrlOf(stack, app.url);
  const rehearsal = createRehearsal({ emulators, tokenUrl, restart: app.restart, say: logs.say });
  keep(rehearsal);
  const demo = await startDemoIfWanted(stack, { emulators, app, rehearsal, logs });
  const token = await terminal.wait('Requesting a token', () => requestFirstToken(tokenUrl));

  const hasKeys = process.stdin.isTTY;
  const droppedVariables = describeDroppedVariables(process.env);
  terminal.say(
    describeResult({
      token,
      appUrl: app.url,
      demo,
      hostReason: host.reason,
      emulators,
      hasKeys,
      droppedVariables,
      hasSettingsErrors: logs.settingsErrors().length > 0,
    }),
  );
  const sayNotice = (notice: string): void => {
    terminal.say(`${styleText('yellow', '!')} ${notice}`);
  };
  for (const notice of [...describeShellNotices(stack), ...describeFileNotices(stack)]) sayNotice(notice);
  logs.release();
  const errors = logs.settingsErrors();
  if (errors.length > 0) sayNotice(`${describeStopped(errors)} Correct and save the file: it is then loaded again.`);
  terminal.say('');
  const reload = async (): Promise<readonly SettingsError[]> => {
    for (const notice of describeFileNotices(stack)) sayNotice(notice);
    const before = logs.settingsErrors().length;
    await rehearsal.pauseFor(app.restart);
    return logs.settingsErrors().slice(before);
  };
  keep({
    close: reloadOnChange({
      files: () => filesToWatch(root),
      restart: reload,
      errors,
      say: logs.say,
    }),
  });
  listenToKeys(process.stdin, {
    run: (command) => void rehearsal.run(command),
    say: terminal.say,
    stop: () => void end(0),
  });
}

interface AppParts {
  readonly emulators: Emulators;
  readonly port: number;
  readonly coreTools: string | undefined;
  readonly logs: Logs;
}

function startApp(stack: StackOptions, { emulators, port, coreTools, logs }: AppParts): Promise<AppRunner> {
  const log = coreTools === undefined ? logs.of('app') : logs.ofCoreTools;
  return startAppRunner({
    describeApp: () => ({ ...describeApp(stack, { emulators, port }), port, coreTools, log }),
    onEnded: (exitCode) => {
      // Ctrl-C ends the app and this process, in any order. Then there is nothing to report.
      setTimeout(() => {
        void stack.end(exitCode === 0 ? 0 : 1, 'The function app has ended. The lines above say why.');
      }, interruptMs);
    },
  });
}

function tokenUrlOf(stack: StackOptions, appUrl: string): string {
  const { first } = readAppProfiles(stack);
  return `${appUrl}/api/token${first === 'default' ? '' : `/${first}`}`;
}

interface DemoParts {
  readonly emulators: Emulators;
  readonly app: AppRunner;
  readonly rehearsal: Rehearsal;
  readonly logs: Logs;
}

async function startDemoIfWanted(stack: StackOptions, { emulators, app, rehearsal, logs }: DemoParts) {
  const { options, root, runtimeDirectory, terminal, keep } = stack;
  if (!options.demo || !hasDemo(root)) return undefined;
  const demo: Demo = await terminal.wait('Starting the demo', () =>
    startDemo({
      root,
      runtimeDirectory,
      firstPort: options.demoPort,
      emulators,
      mainAppUrl: app.url,
      rehearsal,
      journal: logs.journal,
      log: logs.of('demo-app'),
    }),
  );
  keep(demo);
  return demo;
}
