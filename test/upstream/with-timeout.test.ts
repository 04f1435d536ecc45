import { withTimeout } from '../../src/upstream/with-timeout.ts';
import { createSimulatedClock, type SimulatedClock } from '../support/simulated-clock.ts';
import { the } from '../support/the.ts';

let clock: SimulatedClock;
beforeEach(() => {
  clock = createSimulatedClock(the.startMs);
});

const within = <T>(timeoutMs: number, attempt: (signal: AbortSignal) => Promise<T>): Promise<T> =>
  withTimeout({ clock, service: 'key-vault', timeoutMs }, attempt);

test('an attempt that ends in time is what it is, and leaves no timer behind', async () => {
  let signal: AbortSignal | undefined;
  const answer = await within(5000, (given) => {
    signal = given;
    return Promise.resolve('answer');
  });
  await clock.advance(10_000);
  expect([answer, signal?.aborted]).toEqual(['answer', false]);
});

test('an attempt that fails in time fails as it did', async () => {
  const refusal = new Error('refused');
  await expect(within(5000, () => Promise.reject(refusal))).rejects.toBe(refusal);
});

test('an attempt that throws before it begins fails as it did', async () => {
  const defect = new Error('thrown at once');
  await expect(
    within(5000, () => {
      throw defect;
    }),
  ).rejects.toBe(defect);
});

test('a silent attempt is told to stop, and not waited for where it does not obey', async () => {
  let signal: AbortSignal | undefined;
  const outcome = await clock.settled(
    within(2500, (given) => {
      signal = given;
      return new Promise(() => undefined);
    }),
  );
  expect(outcome).toEqual({
    status: 'rejected',
    reason: expect.objectContaining({
      code: 'upstream_unavailable',
      message: 'Key Vault did not answer within 2.5 s.',
      upstream: { service: 'key-vault' },
    }) as unknown,
  });
  expect(signal?.aborted).toBe(true);
  expect(clock.now().monotonicMs).toBe(2500);
});

test('an attempt that fails after its time, as one does that was told to stop, disturbs nobody', async () => {
  const unhandled: unknown[] = [];
  const note = (reason: unknown): void => {
    unhandled.push(reason);
  };
  process.on('unhandledRejection', note);
  const outcome = await clock.settled(
    within(
      1000,
      (signal) =>
        new Promise((_, reject) => {
          signal.addEventListener('abort', () => {
            clock.schedule(500, () => {
              reject(new DOMException('This operation was aborted', 'AbortError'));
            });
          });
        }),
    ),
  );
  await clock.advance(1000);
  process.off('unhandledRejection', note);
  expect(outcome.status).toBe('rejected');
  expect(unhandled).toEqual([]);
});
