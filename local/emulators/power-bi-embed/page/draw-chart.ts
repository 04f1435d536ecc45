import type { ReportData } from '../report-data.ts';
import { svg } from './element.ts';
import { formatAmount } from './format-amount.ts';

export interface ChartSize {
  readonly width: number;
  readonly height: number;
}

const LEFT = 52;
const BOTTOM = 26;
const TOP = 10;
const GRID_LINES = 4;

/** Stacked columns, one for each month. The table of the second page has the same data. */
export function drawChart({ months, series, measure }: ReportData, { width, height }: ChartSize): SVGElement {
  const totals = months.map(({ values }) => sum(values));
  const gridStep = roundUp(Math.max(...totals, 1) / GRID_LINES);
  const y = (value: number): number => height - BOTTOM - (value / (gridStep * GRID_LINES)) * (height - BOTTOM - TOP);
  const step = (width - LEFT) / months.length;
  const chart = svg('svg', {
    viewBox: `0 0 ${width} ${height}`,
    role: 'img',
    'aria-label': `${measure} by month, in parts: ${series.join(', ')}`,
  });
  for (let line = 0; line <= GRID_LINES; line++) {
    const value = gridStep * line;
    chart.append(
      svg('line', { class: 'grid', x1: `${LEFT}`, x2: `${width}`, y1: `${y(value)}`, y2: `${y(value)}` }),
      svg('text', { class: 'tick', x: `${LEFT - 8}`, y: `${y(value) + 4}`, 'text-anchor': 'end' }, formatAmount(value)),
    );
  }
  for (const [index, { month, values }] of months.entries()) {
    const x = LEFT + step * (index + 0.18);
    const columnWidth = step * 0.64;
    let below = 0;
    for (const [part, value] of values.entries()) {
      const partHeight = y(below) - y(below + value);
      const label = `${month}, ${series[part] ?? ''}: ${formatAmount(value)}`;
      const box = {
        x: `${x}`,
        y: `${y(below + value)}`,
        width: `${columnWidth}`,
        height: `${Math.max(0, partHeight - 1)}`,
        rx: '2',
      };
      chart.append(svg('rect', { class: `part part-${part}`, ...box }, svg('title', {}, label)));
      below += value;
    }
    const middle = `${x + columnWidth / 2}`;
    // On a phone every other month is enough.
    if (step < 30 && index % 2 === 1) continue;
    chart.append(svg('text', { class: 'tick', x: middle, y: `${height - 8}`, 'text-anchor': 'middle' }, month));
  }
  return chart;
}

export function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** To 1, 2, 2.5 or 5 times a power of ten. */
function roundUp(value: number): number {
  const unit = 10 ** Math.floor(Math.log10(value));
  return ([1, 2, 2.5, 5].find((factor) => factor * unit >= value) ?? 10) * unit;
}
