import { byId, create } from './dom.ts';

const LONGEST = 120;

export interface Activity {
  readonly time: Date;
  /** The source of the line: `page`, `app`, … */
  readonly source: string;
  readonly level: 'info' | 'warn' | 'error';
  readonly text: string;
}

/** Adds a line to the log, which has the newest line first. A line of the app can arrive after a newer one of the page. */
export function logActivity({ time, source, level, text }: Activity): void {
  const log = byId('log');
  const datetime = time.toISOString();
  const clock = create('time', { datetime }, time.toLocaleTimeString('en-GB'));
  const isOlder = (line: Element): boolean => (line.querySelector('time')?.dateTime ?? '') <= datetime;
  const line = create('li', { class: level }, clock, create('b', {}, source), create('span', {}, text));
  log.insertBefore(line, [...log.children].find(isOlder) ?? null);
  while (log.children.length > LONGEST) log.lastElementChild?.remove();
}
