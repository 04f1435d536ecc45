import { setTimeout as delay } from 'node:timers/promises';

/** Waits, on the machine's clock, until `isSo`: for what happens in the background and that nobody waits for. */
export async function eventually(isSo: () => boolean, timeoutMs = 5_000): Promise<void> {
  const giveUpAt = performance.now() + timeoutMs;
  while (!isSo()) {
    if (performance.now() > giveUpAt) throw new Error(`This did not come true within ${timeoutMs} ms: ${String(isSo)}`);
    await delay(5);
  }
}

/** Waits until everything in the background that was begun has ended, in order to see that nothing more happens. */
export function quiet(durationMs = 100): Promise<void> {
  return delay(durationMs);
}
