import type { Machine } from './machine.ts';
import { isMet, type Figure, type Measurement } from './measurement.ts';

/** The result of one run of the bench, as in results.json. */
export interface Report extends Machine {
  readonly command: string;
  readonly minutes: number;
  readonly measurements: readonly Measurement[];
}

/** RESULTS.md: the figures with their thresholds, and the machine. */
export function describeReport(report: Report): string {
  const { command, minutes, node, processor, cores, memoryGiB, date, loadBefore, measurements } = report;
  return `# Measured

\`${command}\` on ${date}, Node ${node}, ${cores} cores of ${processor}, ${memoryGiB} GiB. It took ${minutes.toFixed(1)} minutes.
The load average at its start was ${loadBefore.toFixed(1)}. A load average above zero shows that other programs used the machine.

This command generates the file. Do not edit it.

${measurements.map(describeMeasurement).join('\n')}`;
}

/** One measurement as a section of Markdown. */
export function describeMeasurement({ title, method, figures }: Measurement): string {
  const rows = [['', 'measured', 'aim', ''], ...figures.map(describeFigure)];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map((row) => `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`);
  lines.splice(1, 0, `| ${widths.map((width) => '-'.repeat(Math.max(3, width))).join(' | ')} |`);
  return `## ${title}\n\n${method}\n\n${lines.join('\n')}\n`;
}

function describeFigure(figure: Figure): string[] {
  const { name, value, unit, wanted } = figure;
  const shownUnit = value === 1 && unit === 'requests' ? 'request' : unit;
  return [name, `${formatNumber(value)} ${shownUnit}`, describeWanted(wanted), describeVerdict(isMet(figure))];
}

function describeWanted(wanted: Figure['wanted']): string {
  if (wanted === undefined) return '';
  return 'atLeast' in wanted ? `at least ${formatNumber(wanted.atLeast)}` : `at most ${formatNumber(wanted.atMost)}`;
}

function describeVerdict(met: boolean | undefined): string {
  if (met === undefined) return '';
  return met ? 'met' : '**missed**';
}

/** Measured values have three significant digits. Counts are exact. */
function formatNumber(value: number): string {
  if (Number.isInteger(value)) return value.toLocaleString('en-US');
  return value.toLocaleString('en-US', { maximumSignificantDigits: 3 });
}
