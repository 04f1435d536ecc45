import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { startChildProcess } from '../child-process.ts';
import { transpileSources } from '../cold-start/transpile-sources.ts';
import { startHostProcess } from '../host/start-host-process.ts';
import type { Measurement } from '../measurement.ts';
import type { Stand } from '../stand.ts';
import { median } from '../statistics.ts';

/** What a new instance costs before it can serve: loading the app, and the first token. */
export async function measureColdStart({ effort, folders, environment }: Stand): Promise<Measurement> {
  const entries = [
    pathToFileURL(join(folders.product, 'index.cjs')).href,
    pathToFileURL(await transpileSources(join(folders.root, 'unbundled'))).href,
    '@azure/functions',
  ];
  const loadsMs: number[][] = [];
  const tokensMs: (readonly [number, number])[] = [];
  for (let start = 0; start < effort.starts; start++) {
    const turn: number[] = [];
    for (const entry of entries) turn.push(await timeLoad(entry, environment));
    loadsMs.push(turn);
    tokensMs.push(await timeFirstTokens(folders.product, environment));
  }
  const [bundleMs = NaN, unbundledMs = NaN, functionsMs = NaN] = entries.map((_, index) =>
    median(loadsMs.map((turn) => turn[index] ?? NaN)),
  );
  return {
    title: 'Cold start',
    method:
      `A new process each time, ${effort.starts} of each by turns, files in the page cache: the time that loading the entry takes, without that of ` +
      "Node's own start. The unbundled app is the same code as JavaScript, file by file, with its packages as installed. The first token: " +
      'from the first request on, with identity endpoint, Key Vault and Entra a loopback away, so without the time that their answers take in Azure.',
    figures: [
      { name: 'loading the bundle', value: bundleMs, unit: 'ms' },
      { name: 'loading the same code unbundled', value: unbundledMs, unit: 'ms' },
      { name: 'loading @azure/functions alone, as installed', value: functionsMs, unit: 'ms' },
      { name: 'bundle / unbundled', value: bundleMs / unbundledMs, unit: 'times' },
      { name: 'first token after start', value: median(tokensMs.map(([first]) => first)), unit: 'ms' },
      { name: 'second token', value: median(tokensMs.map(([, second]) => second)), unit: 'ms' },
    ],
  };
}

async function timeLoad(entry: string, environment: NodeJS.ProcessEnv): Promise<number> {
  const child = startChildProcess('cold-start/load-entry.ts', { args: [entry], env: environment });
  const loadMs = (await child.receive()) as number;
  await child.close();
  return loadMs;
}

async function timeFirstTokens(directory: string, environment: NodeJS.ProcessEnv): Promise<readonly [number, number]> {
  const host = await startHostProcess(directory, environment);
  const first = await timeRequest(host.tokenUrl);
  const second = await timeRequest(host.tokenUrl);
  await host.close();
  return [first, second];
}

async function timeRequest(url: string): Promise<number> {
  const startMs = performance.now();
  const response = await fetch(url);
  if (response.status !== 200) throw new Error(`${url} answered ${response.status}: ${await response.text()}`);
  await response.arrayBuffer();
  return performance.now() - startMs;
}
