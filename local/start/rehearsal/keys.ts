import { actions, faults, services, type RehearsalCommand, type ServiceId } from './commands.ts';

/** The meaning of a key in the terminal. */
export type KeyMeaning =
  | { readonly kind: 'command'; readonly command: RehearsalCommand }
  /** The next key chooses the fault of this service. */
  | { readonly kind: 'service'; readonly service: ServiceId }
  | { readonly kind: 'help' }
  | { readonly kind: 'stop' }
  | { readonly kind: 'unknown'; readonly key: string }
  | { readonly kind: 'nothing' };

const endOfText = '\u0003';
const escape = '\u001b';
const healthyKey = '0';

/** Reads a key. `service` is the one that the previous key chose. */
export function readKey(key: string, service: ServiceId | undefined): KeyMeaning {
  if (key === endOfText) return { kind: 'stop' };
  const fault = faults.find((one) => one.key === key);
  if (service !== undefined && (fault !== undefined || key === healthyKey)) {
    return { kind: 'command', command: { kind: 'fault', service, fault: fault?.id } };
  }
  const chosen = services.find((one) => one.key === key);
  if (chosen !== undefined) return { kind: 'service', service: chosen.id };
  const action = actions.find((one) => one.key === key);
  if (action !== undefined) return { kind: 'command', command: { kind: 'action', action: action.id } };
  if (key === '?') return { kind: 'help' };
  return /^[a-z\d]$/i.test(key) ? { kind: 'unknown', key } : { kind: 'nothing' };
}

/** Every key, in lines to print. */
export const keyHelp = [
  ...actions.map(({ key, label, effect }) => `  ${key}    ${label}: ${effect}`),
  ...services.map(({ key, label }) => `  ${key}    ${label}, then how it fails:`),
  ...faults.map(({ key, label, effect }) => `       ${key}  ${label}: ${effect}`),
  `       ${healthyKey}  works again`,
  '  Ctrl-C  stop',
].join('\n');

/** The question after a key that chose a service. */
export function askForFault(service: ServiceId): string {
  const label = services.find(({ id }) => id === service)?.label ?? '';
  return `${label}: ${faults.map((fault) => `${fault.key} ${fault.label}`).join(', ')}, ${healthyKey} works again`;
}

export interface KeyHandlers {
  readonly run: (command: RehearsalCommand) => void;
  readonly say: (text: string) => void;
  readonly stop: () => void;
}

/** Calls the handlers for the keys that are pressed. Does nothing without a terminal. */
export function listenToKeys(input: NodeJS.ReadStream, { run, say, stop }: KeyHandlers): void {
  if (!input.isTTY) return;
  let service: ServiceId | undefined;
  input.setRawMode(true);
  input.setEncoding('utf8');
  input.on('data', (text: string) => {
    // An arrow key, for example, is several characters.
    if (text.startsWith(escape)) return;
    for (const key of text) {
      const meaning = readKey(key, service);
      service = meaning.kind === 'service' ? meaning.service : undefined;
      switch (meaning.kind) {
        case 'command':
          run(meaning.command);
          break;
        case 'service':
          say(askForFault(meaning.service));
          break;
        case 'help':
          say(keyHelp);
          break;
        case 'stop':
          stop();
          break;
        case 'unknown':
          say(`The key ${meaning.key} does nothing. Press ? for the keys.`);
          break;
        case 'nothing':
      }
    }
  });
}
