import { startChildProcess } from '../child-process.ts';
import { startHostProcess } from '../host/start-host-process.ts';
import type { Figure, Measurement } from '../measurement.ts';
import type { Stand } from '../stand.ts';
import { join } from 'node:path';
import { median } from '../statistics.ts';

/** One process: the time from its spawn to the first answer, and its processor time until then. */
interface Start {
  readonly answerMs: number;
  readonly cpuMs: number;
}

interface Subject {
  readonly name: string;
  readonly folder: string;
  readonly path: '/api/token' | '/api/health';
  readonly starts: Start[];
}

const CONSTANT_BODY_LENGTH = '1500';

/** The cost of a new instance before its first answer, compared with a function that returns a constant. */
export async function measureColdStart({ effort, folders, environment }: Stand): Promise<Measurement> {
  const constant: Subject = {
    name: 'constant function',
    folder: folders.constantFunction,
    path: '/api/token',
    starts: [],
  };
  const health: Subject = { name: '/api/health', folder: folders.product, path: '/api/health', starts: [] };
  const smallest: Subject = {
    name: 'smallest function that gets a token',
    folder: folders.smallestToken,
    path: '/api/token',
    starts: [],
  };
  const token: Subject = { name: 'first token', folder: folders.product, path: '/api/token', starts: [] };
  const loads: { readonly constantMs: number; readonly productMs: number }[] = [];
  for (let start = 0; start < effort.starts; start++) {
    for (const subject of [constant, health, smallest, token])
      subject.starts.push(await timeStart(subject, environment));
    loads.push({
      constantMs: await timeLoad(folders.constantFunction, environment),
      productMs: await timeLoad(folders.product, environment),
    });
  }
  return {
    title: 'Cold start',
    method:
      `The time from the spawn of the stand-in host to the first answer. ${effort.starts} new processes of each candidate start in turn, with their ` +
      'files in the page cache, and with identity endpoint, Key Vault and Entra on loopback over TLS. The smallest function ' +
      'that gets a token sends the same requests with the same packages, and does nothing else. The host loads the app by ' +
      '`require`, like the worker. Each ratio is the median over all turns. docs/architecture.md has those under the worker.',
    figures: [
      ...[constant, health, smallest, token].flatMap(describeSubject),
      { name: 'health / constant', value: ratio(health, constant), unit: 'times', wanted: { atMost: 1.08 } },
      { name: 'first token / constant', value: ratio(token, constant), unit: 'times', wanted: { atMost: 1.25 } },
      { name: 'smallest function that gets a token / constant', value: ratio(smallest, constant), unit: 'times' },
      { name: 'first token / smallest function that gets a token', value: ratio(token, smallest), unit: 'times' },
      {
        name: 'processor time to load the constant function',
        value: median(loads.map((load) => load.constantMs)),
        unit: 'ms',
      },
      { name: 'processor time to load the app', value: median(loads.map((load) => load.productMs)), unit: 'ms' },
    ],
  };
}

async function timeStart({ folder, path }: Subject, environment: NodeJS.ProcessEnv): Promise<Start> {
  const spawnedMs = performance.now();
  const host = await startHostProcess(folder, { ...environment, BENCH_BODY_LENGTH: CONSTANT_BODY_LENGTH });
  const url = host.tokenUrl.replace('/api/token', path);
  const response = await fetch(url);
  if (response.status !== 200) throw new Error(`${url} answered ${response.status}: ${await response.text()}`);
  await response.arrayBuffer();
  const answerMs = performance.now() - spawnedMs;
  const { cpuMs } = await host.readState();
  await host.close();
  return { answerMs, cpuMs };
}

/** The processor time that `require` of the bundle takes. */
async function timeLoad(folder: string, environment: NodeJS.ProcessEnv): Promise<number> {
  const child = startChildProcess('cold-start/load-entry.ts', {
    args: [join(folder, 'index.cjs')],
    env: { ...environment, BENCH_BODY_LENGTH: CONSTANT_BODY_LENGTH },
  });
  const loadMs = (await child.receive()) as number;
  await child.close();
  return loadMs;
}

function describeSubject({ name, starts }: Subject): Figure[] {
  const times = starts.map(({ answerMs }) => answerMs);
  return [
    { name, value: median(times), unit: 'ms' },
    { name: `${name}, fastest`, value: Math.min(...times), unit: 'ms' },
    { name: `${name}, slowest`, value: Math.max(...times), unit: 'ms' },
    { name: `${name}, processor time`, value: median(starts.map(({ cpuMs }) => cpuMs)), unit: 'ms' },
  ];
}

function ratio(subject: Subject, other: Subject): number {
  return median(subject.starts.map(({ answerMs }, turn) => answerMs / (other.starts[turn]?.answerMs ?? NaN)));
}
