import { byId, create } from './dom.ts';

const LONGEST = 120;

export interface Activity {
  readonly time: Date;
  /** The source of the line: `page`, `app`, … */
  readonly source: string;
  readonly level: 'info' | 'warn' | 'error';
  readonly text: string;
}

/** One line of the log, newest first. */
export function logActivity({ time, source, level, text }: Activity): void {
  const log = byId('log');
  const clock = create('time', { datetime: time.toISOString() }, time.toLocaleTimeString('en-GB'));
  log.prepend(create('li', { class: level }, clock, create('b', {}, source), create('span', {}, text)));
  while (log.children.length > LONGEST) log.lastElementChild?.remove();
}
