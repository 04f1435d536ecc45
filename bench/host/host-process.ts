// Runs the stand-in host with the app of the current folder, in a separate process.
import { createConsoleLog } from '../../local/host/host-log.ts';
import { startHost } from '../../local/host/start-host.ts';
import type { HostState, HostRequest } from './start-host-process.ts';

const writeLine = createConsoleLog((line) => process.stdout.write(line));
let lastLineLength = 0;
const host = await startHost({
  directory: process.cwd(),
  port: 0,
  log(entry) {
    if (entry.kind === 'message') lastLineLength = entry.message.length;
    writeLine(entry);
  },
});
process.on('message', (request: HostRequest) => {
  if (request === 'collect garbage') collectGarbage();
  process.send?.(readState());
});
process.once('disconnect', () => process.exit(0));
process.send?.({ url: host.url });

/** Twice, because the first collection only runs finalizers. */
function collectGarbage(): void {
  globalThis.gc?.();
  globalThis.gc?.();
}

function readState(): HostState {
  const { user, system } = process.cpuUsage();
  const { heapUsed, rss } = process.memoryUsage();
  return { heapUsedBytes: heapUsed, residentBytes: rss, cpuMs: (user + system) / 1000, lastLineLength };
}
