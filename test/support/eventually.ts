import { setTimeout as delay } from 'node:timers/promises';

/** Waits in real time until `isSo` is true: for background work without a promise to await. */
export async function eventually(isSo: () => boolean, timeoutMs = 5_000): Promise<void> {
  const giveUpAt = performance.now() + timeoutMs;
  while (!isSo()) {
    if (performance.now() > giveUpAt) throw new Error(`This did not come true within ${timeoutMs} ms: ${String(isSo)}`);
    await delay(5);
  }
}
