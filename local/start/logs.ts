import { styleText } from 'node:util';
import type { HostLog, HostLogEntry } from '../host/host-log.ts';
import { startUserAgent } from './function-app.ts';
import { createHeldOutput } from './held-output.ts';
import { createJournal, type JournalSource } from './journal.ts';
import { createReadableLog, type LogLine } from './readable-log.ts';
import { readSettingsError, type SettingsError } from './settings-error.ts';

/** What `npm start` prints after the result, and keeps for the demo page. */
export interface Logs {
  readonly journal: ReturnType<typeof createJournal>;
  /** A line of `npm start` itself. */
  say(text: string): void;
  of(source: JournalSource): HostLog;
  /** The lines of func, which have their own format. */
  readonly ofCoreTools: HostLog;
  /** The errors in settings and profiles.json that the app has reported so far, in all its starts. */
  settingsErrors(): readonly SettingsError[];
  /** Prints the lines that were kept until the result. */
  release(): void;
}

export function createLogs({ say, isVerbose }: { say(text: string): void; isVerbose: boolean }): Logs {
  const now = (): Date => new Date();
  const journal = createJournal(now);
  const output = createHeldOutput(say);
  const settingsErrors: SettingsError[] = [];
  const noteSettingsError = (entry: HostLogEntry): void => {
    const error = readSettingsError(entry);
    if (error !== undefined) settingsErrors.push(error);
  };
  const print = (source: JournalSource, line: LogLine): void => {
    journal.add(source, line);
    // After the time. The demo page shows the source itself.
    output.write(source === 'demo-app' ? line.text.replace('  ', '  demo app  ') : line.text);
  };
  return {
    journal,
    say(text) {
      print('rehearsal', { level: 'info', text: `${styleText('dim', now().toTimeString().slice(0, 8))}  ${text}` });
    },
    of: (source) => {
      const log = createReadableLog({
        write: (line) => {
          print(source, line);
        },
        isVerbose,
        hiddenUserAgent: startUserAgent,
        now,
      });
      return (entry) => {
        noteSettingsError(entry);
        log(entry);
      };
    },
    settingsErrors: () => settingsErrors,
    ofCoreTools: (entry) => {
      noteSettingsError(entry);
      if (entry.kind === 'message') output.write(entry.message);
    },
    release: output.release,
  };
}
