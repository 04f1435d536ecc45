import { sectionOf, tablesOf } from '../docs/markdown.ts';

/** The cells of the first table below a heading, row by row, without the head and without backticks. */
export function tableBelow(text: string, heading: string): string[][] {
  const [[, ...rows] = []] = tablesOf(sectionOf({ path: 'the guide', text }, heading));
  return rows.map((cells) => cells.map((cell) => cell.replaceAll('`', '')));
}
