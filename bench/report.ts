import type { Machine } from './machine.ts';
import { isMet, type Figure, type Measurement } from './measurement.ts';

/** All that one run of the bench found: what results.json holds. */
export interface Report extends Machine {
  readonly command: string;
  readonly minutes: number;
  readonly measurements: readonly Measurement[];
}

/** RESULTS.md: the figures beside their thresholds, and the machine that they were measured on. */
export function describeReport(report: Report): string {
  const { command, minutes, node, processor, cores, memoryGiB, date, loadBefore, measurements } = report;
  return `# Measured

\`${command}\` on ${date}, Node ${node}, ${cores} cores of ${processor}, ${memoryGiB} GiB. It took ${minutes.toFixed(1)} minutes;
the load average when it began was ${loadBefore.toFixed(1)}, and whatever is above zero there others had of the machine. This file is made by that
command: nothing in it is written by hand.

${measurements.map(describeMeasurement).join('\n')}`;
}

/** One measurement as a section of Markdown. */
export function describeMeasurement({ title, method, figures }: Measurement): string {
  const rows = [['', 'measured', 'wanted', ''], ...figures.map(describeFigure)];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map((row) => `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`);
  lines.splice(1, 0, `| ${widths.map((width) => '-'.repeat(Math.max(3, width))).join(' | ')} |`);
  return `## ${title}\n\n${method}\n\n${lines.join('\n')}\n`;
}

function describeFigure(figure: Figure): string[] {
  const { name, value, unit, wanted } = figure;
  return [name, `${formatNumber(value)} ${unit}`, describeWanted(wanted), describeVerdict(isMet(figure))];
}

function describeWanted(wanted: Figure['wanted']): string {
  if (wanted === undefined) return '';
  return 'atLeast' in wanted ? `at least ${formatNumber(wanted.atLeast)}` : `at most ${formatNumber(wanted.atMost)}`;
}

function describeVerdict(met: boolean | undefined): string {
  if (met === undefined) return '';
  return met ? 'met' : '**missed**';
}

/** Three figures are as many as a measurement of this kind can vouch for; counts are exact. */
function formatNumber(value: number): string {
  if (Number.isInteger(value)) return value.toLocaleString('en-US');
  return value.toLocaleString('en-US', { maximumSignificantDigits: 3 });
}
