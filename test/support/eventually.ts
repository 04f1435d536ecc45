import { setTimeout as delay } from 'node:timers/promises';

/** Waits, on the machine's clock, until `isSo`: for background work that has no promise to await. */
export async function eventually(isSo: () => boolean, timeoutMs = 5_000): Promise<void> {
  const giveUpAt = performance.now() + timeoutMs;
  while (!isSo()) {
    if (performance.now() > giveUpAt) throw new Error(`This did not come true within ${timeoutMs} ms: ${String(isSo)}`);
    await delay(5);
  }
}
