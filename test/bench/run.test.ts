import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Report } from '../../bench/report.ts';

const folder = mkdtempSync(join(tmpdir(), 'bench-test-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

test('the bench measures every requested target, and reports each beside its aim', async () => {
  await promisify(execFile)(process.execPath, ['bench/run.ts', '--quick', '--output', folder]);
  const { measurements, ...run } = JSON.parse(readFileSync(join(folder, 'results.json'), 'utf8')) as Report;

  expect(run).toEqual({
    command: 'npm run bench -- --quick',
    node: process.version,
    processor: expect.any(String),
    cores: expect.any(Number),
    memoryGiB: expect.any(Number),
    date: expect.stringMatching(/^\d{4}-\d\d-\d\d$/),
    loadBefore: expect.any(Number),
    minutes: expect.any(Number),
  });
  const wanted = measurements.map(({ title, figures }) => [title, figures.flatMap((figure) => figure.wanted ?? [])]);
  expect(wanted).toEqual([
    ['Warm path', [{ atLeast: 0.97 }, { atLeast: 0.85 }]],
    ['The token cache', [{ atLeast: 10 }]],
    ['Cold start', [{ atMost: 1.08 }, { atMost: 1.25 }]],
    ['Upstream calls', [{ atMost: 1 }, { atMost: 1 }]],
    ['During a refresh', [{ atMost: 1.5 }]],
    ['Memory', []],
    ['A fleet, simulated', [{ atMost: 4000 }, { atMost: 0 }]],
  ]);
  for (const { figures } of measurements) {
    for (const figure of figures) {
      expect(figure).toMatchObject({ name: expect.any(String), value: expect.any(Number), unit: expect.any(String) });
    }
  }
  expect(readFileSync(join(folder, 'RESULTS.md'), 'utf8')).toMatch(/^# Measured\n[^]*## A fleet, simulated\n/);
}, 120_000);
