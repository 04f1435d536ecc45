import type { ReportData } from '../report-data.ts';
import { svg } from './element.ts';
import { formatAmount } from './format-amount.ts';

const WIDTH = 720;
const HEIGHT = 260;
const LEFT = 52;
const BOTTOM = 26;
const TOP = 10;
const GRID_LINES = 4;

/** Stacked columns, one for each month. The table of the second page says the same in words. */
export function drawChart({ months, series, measure }: ReportData): SVGElement {
  const totals = months.map(({ values }) => sum(values));
  const top = roundUp(Math.max(...totals, 1));
  const y = (value: number): number => HEIGHT - BOTTOM - (value / top) * (HEIGHT - BOTTOM - TOP);
  const step = (WIDTH - LEFT) / months.length;
  const chart = svg('svg', {
    viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
    role: 'img',
    'aria-label': `${measure} by month, in parts: ${series.join(', ')}`,
  });
  for (let line = 0; line <= GRID_LINES; line++) {
    const value = (top / GRID_LINES) * line;
    chart.append(
      svg('line', { class: 'grid', x1: `${LEFT}`, x2: `${WIDTH}`, y1: `${y(value)}`, y2: `${y(value)}` }),
      svg('text', { class: 'tick', x: `${LEFT - 8}`, y: `${y(value) + 4}`, 'text-anchor': 'end' }, formatAmount(value)),
    );
  }
  for (const [index, { month, values }] of months.entries()) {
    const x = LEFT + step * (index + 0.18);
    const width = step * 0.64;
    let below = 0;
    for (const [part, value] of values.entries()) {
      const height = y(below) - y(below + value);
      const label = `${month}, ${series[part] ?? ''}: ${formatAmount(value)}`;
      const box = {
        x: `${x}`,
        y: `${y(below + value)}`,
        width: `${width}`,
        height: `${Math.max(0, height - 1)}`,
        rx: '2',
      };
      chart.append(svg('rect', { class: `part part-${part}`, ...box }, svg('title', {}, label)));
      below += value;
    }
    const middle = `${x + width / 2}`;
    chart.append(svg('text', { class: 'tick', x: middle, y: `${HEIGHT - 8}`, 'text-anchor': 'middle' }, month));
  }
  return chart;
}

export function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** To a number that divides well into the grid lines. */
function roundUp(value: number): number {
  const unit = 10 ** Math.floor(Math.log10(value));
  return Math.ceil(value / unit) * unit;
}
