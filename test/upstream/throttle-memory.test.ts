import { createThrottleMemory, type ThrottleMemory } from '../../src/upstream/throttle-memory.ts';
import { unavailable } from '../../src/upstream/unavailable.ts';
import { createSimulatedClock, type SimulatedClock } from '../support/simulated-clock.ts';
import { the } from '../support/the.ts';

let clock: SimulatedClock;
let memory: ThrottleMemory;
let attempts: number;

beforeEach(() => {
  clock = createSimulatedClock(the.startMs);
  memory = createThrottleMemory(clock);
  attempts = 0;
});

const failing = (retryAfterSeconds?: number) => () => {
  attempts++;
  return Promise.reject(unavailable('is not available', { service: 'power-bi', status: 429 }, { retryAfterSeconds }));
};
const succeeding = () => {
  attempts++;
  return Promise.resolve('the answer');
};

test('an upstream that asked for a pause is not asked before its end, and callers get the remaining time', async () => {
  await expect(memory.run('key', failing(3392))).rejects.toMatchObject({ retryAfterSeconds: 3392 });
  await clock.advance(3_391_000);
  await expect(memory.run('key', succeeding)).rejects.toMatchObject({
    code: 'upstream_unavailable',
    retryAfterSeconds: 1,
  });
  expect(attempts).toBe(1);
  await clock.advance(1_000);
  expect([await memory.run('key', succeeding), attempts]).toEqual(['the answer', 2]);
});

test('each key has its own pause', async () => {
  await expect(memory.run('one', failing(60))).rejects.toThrow();
  expect(await memory.run('other', succeeding)).toBe('the answer');
});

test('a failure without Retry-After is not remembered', async () => {
  await expect(memory.run('key', failing())).rejects.toThrow();
  expect(await memory.run('key', succeeding)).toBe('the answer');
});

test('a thousand throttled keys are remembered, and the next one replaces the oldest', async () => {
  for (let key = 0; key <= 1000; key++) await expect(memory.run(`${key}`, failing(60))).rejects.toThrow();
  expect(await memory.run('0', succeeding)).toBe('the answer');
  await expect(memory.run('1', succeeding)).rejects.toThrow();
});
