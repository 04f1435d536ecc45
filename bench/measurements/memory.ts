import { startHostProcess } from '../host/start-host-process.ts';
import type { Measurement } from '../measurement.ts';
import type { Stand } from '../stand.ts';

const CONNECTIONS = 10;
const BYTES_PER_MIB = 1_048_576;

/** Measures whether the app keeps memory for each request. */
export async function measureMemory({ effort, folders, environment, load }: Stand): Promise<Measurement> {
  const { few, many } = effort.requestsBeforeMemory;
  const host = await startHostProcess(folders.product, environment);
  const serve = (maxRequests: number) =>
    load.generate({ url: host.tokenUrl, connections: CONNECTIONS, maxMs: Infinity, maxRequests });
  await serve(few);
  const early = await host.readStateWithoutGarbage();
  await serve(many - few);
  const late = await host.readStateWithoutGarbage();
  await host.close();
  return {
    title: 'Memory',
    method: 'The heap of the host process after a forced collection, and its resident memory, which never shrinks.',
    figures: [
      { name: `heap after ${few} requests`, value: early.heapUsedBytes / BYTES_PER_MIB, unit: 'MiB' },
      { name: `heap after ${many} requests`, value: late.heapUsedBytes / BYTES_PER_MIB, unit: 'MiB' },
      { name: 'heap, late / early', value: late.heapUsedBytes / early.heapUsedBytes, unit: 'times' },
      { name: `resident after ${few} requests`, value: early.residentBytes / BYTES_PER_MIB, unit: 'MiB' },
      { name: `resident after ${many} requests`, value: late.residentBytes / BYTES_PER_MIB, unit: 'MiB' },
    ],
  };
}
