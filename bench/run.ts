// Runs all measurements, prints their tables and writes RESULTS.md and results.json:
//   node bench/run.ts [--output FOLDER] [--quick]
// --quick only shows that everything runs: its figures are not valid, and it writes no files without --output.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { format } from 'prettier';
import { FULL_EFFORT, QUICK_EFFORT } from './effort.ts';
import { describeMachine } from './machine.ts';
import type { Measurement } from './measurement.ts';
import { measureColdStart } from './measurements/cold-start.ts';
import { measureFleet } from './measurements/fleet.ts';
import { measureMemory } from './measurements/memory.ts';
import { measureRefresh } from './measurements/refresh.ts';
import { measureTokenCache } from './measurements/token-cache.ts';
import { measureUpstreamCalls } from './measurements/upstream-calls.ts';
import { measureWarmPath } from './measurements/warm-path.ts';
import { describeMeasurement, describeReport, type Report } from './report.ts';
import { prepareStand, type Stand } from './stand.ts';

const MEASUREMENTS = [
  measureWarmPath,
  measureTokenCache,
  measureColdStart,
  measureUpstreamCalls,
  measureRefresh,
  measureMemory,
  measureFleet,
];

const { values } = parseArgs({ options: { quick: { type: 'boolean', default: false }, output: { type: 'string' } } });
const output = values.output ?? (values.quick ? undefined : fileURLToPath(new URL('.', import.meta.url)));
const machine = describeMachine();
const stand = await prepareStand(values.quick ? QUICK_EFFORT : FULL_EFFORT);
const measurements = await measureAll(stand).finally(stand.close);
if (output !== undefined) await writeReport(output, { ...machine, ...describeRun(), measurements });

async function measureAll(on: Stand): Promise<readonly Measurement[]> {
  const found: Measurement[] = [];
  for (const measure of MEASUREMENTS) {
    const measurement = await measure(on);
    console.log(describeMeasurement(measurement));
    found.push(measurement);
  }
  return found;
}

function describeRun(): Pick<Report, 'command' | 'minutes'> {
  return { command: values.quick ? 'npm run bench -- --quick' : 'npm run bench', minutes: performance.now() / 60_000 };
}

async function writeReport(folder: string, report: Report): Promise<void> {
  await writeFile(join(folder, 'results.json'), `${JSON.stringify(report, null, 2)}\n`);
  const text = await format(describeReport(report), { parser: 'markdown', proseWrap: 'always', printWidth: 120 });
  await writeFile(join(folder, 'RESULTS.md'), text);
}
