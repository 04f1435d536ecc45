import { startHostProcess, type HostProcess } from '../host/start-host-process.ts';
import type { Figure, Measurement } from '../measurement.ts';
import type { Stand } from '../stand.ts';
import { median, percentile } from '../statistics.ts';

const CONNECTIONS = 10;

interface Turn {
  readonly requestsPerSecond: number;
  readonly p99Ms: number;
  /** Of the host's process. Other programs on the machine hardly change it. */
  readonly cpuMsPerRequest: number;
}

/** A cached token compared with apps that return a constant, with the same host, each in a separate process. */
export async function measureWarmPath(stand: Stand): Promise<Measurement> {
  const { effort, folders, environment } = stand;
  const token = await startHostProcess(folders.product, environment);
  const comparable = { ...environment, ...(await readSizes(token)) };
  const constantWithLog = await startHostProcess(folders.constantWithLog, comparable);
  const constant = await startHostProcess(folders.constant, comparable);
  const hosts = [token, constantWithLog, constant];

  for (const host of hosts) await takeTurn(stand, host, effort.warmUpMs);
  const turns = new Map<HostProcess, Turn[]>(hosts.map((host) => [host, []]));
  for (let round = 0; round < effort.rounds; round++) {
    for (const host of hosts) turns.get(host)?.push(await takeTurn(stand, host, effort.loadMs));
  }
  for (const host of hosts) await host.close();

  const turnsOf = (host: HostProcess): readonly Turn[] => turns.get(host) ?? [];
  return {
    title: 'Warm path',
    method:
      `GET /api/token over ${CONNECTIONS} open connections, compared with apps in the same host whose functions return a constant of the same size. ` +
      'They have the same routes, and one of them logs a line with the length of the audit line. The hosts are measured in turn, and each ratio is the median over ' +
      'all turns. The ratios depend on the host: docs/architecture.md has those under the worker of Azure Functions.',
    figures: [
      ...describeTurns('token', turnsOf(token)),
      ...describeTurns('constant, one log line', turnsOf(constantWithLog)),
      ...describeTurns('constant, no log', turnsOf(constant)),
      {
        name: 'token / constant with one log line',
        value: ratio(turnsOf(token), turnsOf(constantWithLog)),
        unit: 'times',
        wanted: { atLeast: 0.97 },
      },
      {
        name: 'token / constant without log',
        value: ratio(turnsOf(token), turnsOf(constant)),
        unit: 'times',
        wanted: { atLeast: 0.85 },
      },
    ],
  };
}

/** The sizes for the constant functions: those of a token answer and of its audit line. */
async function readSizes(token: HostProcess): Promise<Record<string, string>> {
  await fetch(token.tokenUrl);
  const warm = await fetch(token.tokenUrl);
  const { byteLength } = await warm.arrayBuffer();
  const { lastLineLength } = await token.readState();
  return { BENCH_BODY_LENGTH: String(byteLength), BENCH_LINE_LENGTH: String(lastLineLength) };
}

async function takeTurn({ load }: Stand, { tokenUrl, readState }: HostProcess, maxMs: number): Promise<Turn> {
  const before = await readState();
  const { latenciesMs, durationMs } = await load.generate({
    url: tokenUrl,
    connections: CONNECTIONS,
    maxMs,
    maxRequests: Infinity,
  });
  const after = await readState();
  return {
    requestsPerSecond: (latenciesMs.length / durationMs) * 1000,
    p99Ms: percentile(latenciesMs, 0.99),
    cpuMsPerRequest: (after.cpuMs - before.cpuMs) / latenciesMs.length,
  };
}

function describeTurns(name: string, turns: readonly Turn[]): Figure[] {
  return [
    { name, value: median(turns.map((turn) => turn.requestsPerSecond)), unit: 'requests/s' },
    { name: `${name}, p99`, value: median(turns.map((turn) => turn.p99Ms)), unit: 'ms' },
    {
      name: `${name}, processor time a request`,
      value: median(turns.map((turn) => turn.cpuMsPerRequest)) * 1000,
      unit: 'µs',
    },
  ];
}

function ratio(turns: readonly Turn[], others: readonly Turn[]): number {
  return median(turns.map((turn, round) => turn.requestsPerSecond / (others[round]?.requestsPerSecond ?? NaN)));
}
