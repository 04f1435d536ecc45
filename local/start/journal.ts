import { stripVTControlCharacters } from 'node:util';
import type { LogLine } from './readable-log.ts';

export type JournalSource = 'app' | 'demo-app' | 'rehearsal';

export interface JournalLine {
  readonly seq: number;
  readonly time: string;
  readonly source: JournalSource;
  readonly level: LogLine['level'];
  /** Without colours. */
  readonly text: string;
}

/** The lines of the terminal, for the demo page. */
export interface Journal {
  add(source: JournalSource, line: LogLine): void;
  /** The lines after `seq`, oldest first. */
  after(seq: number): readonly JournalLine[];
  lastSeq(): number;
}

const keptLines = 200;

export function createJournal(now: () => Date): Journal {
  let lines: readonly JournalLine[] = [];
  let lastSeq = 0;
  return {
    add(source, { level, text }) {
      lastSeq += 1;
      const line = { seq: lastSeq, time: now().toISOString(), source, level, text: stripVTControlCharacters(text) };
      lines = [...lines, line].slice(-keptLines);
    },
    after: (seq) => lines.filter((line) => line.seq > seq),
    lastSeq: () => lastSeq,
  };
}
