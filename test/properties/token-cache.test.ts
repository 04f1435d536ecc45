import fc from 'fast-check';
import { ageMs, mustRefresh, remainingMs, type AccessToken } from '../../src/tokens/access-token.ts';
import { createTokenCache, type ServedToken, type TokenCache } from '../../src/tokens/token-cache.ts';
import { createModelIssuer, type Behaviour, type ModelIssuer } from '../support/model-issuer.ts';
import { createSimulatedClock, type SimulatedClock } from '../support/simulated-clock.ts';
import { the } from '../support/the.ts';

type Step =
  | { readonly kind: 'ask'; readonly who: number; readonly minTtlSeconds: number; readonly callers: number }
  | { readonly kind: 'wait'; readonly durationMs: number }
  /** Waits until the cached token has this time to live. The rules change at these times. */
  | { readonly kind: 'approach'; readonly who: number; readonly leftMs: number }
  | { readonly kind: 'jump'; readonly byMs: number }
  | { readonly kind: 'behave'; readonly who: number; readonly behaviour: Behaviour }
  | { readonly kind: 'rotate'; readonly who: number };

const who = fc.nat({ max: 1 });
const durationMs = fc.oneof(
  fc.integer({ min: 1, max: 2000 }),
  fc.integer({ min: 2000, max: 60_000 }),
  fc.integer({ min: 60_000, max: 4_000_000 }),
);
const behaviour: fc.Arbitrary<Behaviour> = fc.record({
  outcome: fc.constantFrom('token', 'token', 'token', 'refusal', 'outage', 'throttle'),
  latencyMs: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 20_000 })),
  lifetimeMs: fc.oneof(fc.integer({ min: 1, max: 90 }), fc.integer({ min: 60, max: 86_400 })).map((s) => s * 1000),
  refreshInMs: fc.option(fc.integer({ min: 1000, max: 90_000_000 }), { nil: undefined }),
});
const ask = fc.record({
  kind: fc.constant('ask'),
  who,
  minTtlSeconds: fc.oneof(fc.constant(0), fc.nat({ max: 3600 })),
  callers: fc.integer({ min: 1, max: 4 }),
});
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: ask },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('wait'), durationMs }) },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('approach'), who, leftMs: fc.integer({ min: -1000, max: 40_000 }) }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('behave'), who, behaviour }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('rotate'), who }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('jump'), byMs: fc.integer({ min: -7_200_000, max: 7_200_000 }) }),
  },
);

/** One instance with two issuers, and the rules for every answer. */
function createWorld(random: number) {
  const clock = createSimulatedClock(the.startMs);
  const one = createModelIssuer('one', clock);
  const two = createModelIssuer('two', clock);
  const cache = createTokenCache({ clock, random: () => random, onRefreshFailure: () => undefined });
  const watches = [watchAnswers(one, { cache, clock }), watchAnswers(two, { cache, clock })] as const;
  return {
    clock,
    watches,
    issuerOf: (index: number) => (index === 0 ? one : two),
    watchOf: (index: number) => watches[index === 0 ? 0 : 1],
  };
}

function watchAnswers(issuer: ModelIssuer, { cache, clock }: { cache: TokenCache; clock: SimulatedClock }) {
  const answers: Promise<void>[] = [];
  let newestServed = -1;
  let pending = 0;

  /** The token that the cache must hold: the newest one that was good on arrival. */
  const held = (): AccessToken | undefined => issuer.issued.findLast(({ value }) => !issuer.endedOnArrival.has(value));

  function checkServed({ token }: ServedToken): void {
    const number = issuer.issued.findIndex(({ value }) => value === token.value);
    expect(number).toBeGreaterThanOrEqual(0);
    expect(mustRefresh(token, clock.now())).toBe(false);
    expect(number).toBeGreaterThanOrEqual(newestServed);
    newestServed = number;
  }

  /** The longest wait of a caller while a cached token is valid. */
  function longestWaitMs(minTtlSeconds: number): number {
    const token = held();
    const now = clock.now();
    if (token === undefined || mustRefresh(token, now)) return Infinity;
    const leftMs = remainingMs(token, now);
    const isDying = leftMs < Math.min(30_000, (token.lifetimeMs - token.refreshAfterMs) / 2);
    if (ageMs(token, now) < 30_000 || (!isDying && leftMs >= minTtlSeconds * 1000)) return 0;
    return Math.min(leftMs >= minTtlSeconds * 1000 ? 3_000 : 20_000, Math.max(0, leftMs - 2_000));
  }

  return {
    heldForMs(): number {
      const token = held();
      return token === undefined ? 0 : remainingMs(token, clock.now());
    },
    async ask(minTtlSeconds: number): Promise<void> {
      const asked = clock.now();
      const waitMs = longestWaitMs(minTtlSeconds);
      // A change of the clock during the wait can expire the cached token, or make it valid again.
      const wasSet = (): boolean => {
        const { monotonicMs, wallMs } = clock.now();
        return wallMs - monotonicMs !== asked.wallMs - asked.monotonicMs;
      };
      const checkWait = (): void => {
        if (!wasSet()) expect(clock.now().monotonicMs - asked.monotonicMs).toBeLessThanOrEqual(waitMs);
      };
      const checkRefused = (): void => {
        if (!wasSet()) expect(waitMs).toBe(Infinity);
      };
      pending++;
      answers.push(
        cache
          .get(issuer, minTtlSeconds)
          .then(checkServed, checkRefused)
          .then(checkWait)
          .finally(() => pending--),
      );
      await clock.settle();
    },
    async finish(): Promise<void> {
      await clock.advance(60_000);
      expect(pending).toBe(0);
      await Promise.all(answers);
      expect([issuer.overlapping, issuer.impatient]).toEqual([0, 0]);
    },
  };
}

async function take(step: Step, { clock, issuerOf, watchOf }: ReturnType<typeof createWorld>): Promise<void> {
  switch (step.kind) {
    case 'ask':
      await Promise.all(Array.from({ length: step.callers }, () => watchOf(step.who).ask(step.minTtlSeconds)));
      return;
    case 'wait':
      await clock.advance(step.durationMs);
      return;
    case 'approach':
      await clock.advance(Math.max(0, watchOf(step.who).heldForMs() - step.leftMs));
      return;
    case 'jump':
      clock.jumpWall(step.byMs);
      return;
    case 'behave':
      issuerOf(step.who).behaviour = step.behaviour;
      return;
    case 'rotate':
      issuerOf(step.who).rotate();
  }
}

/*
 * The rules: no caller gets an expired token, an older token after a newer one, or a token of another endpoint. No caller is
 * refused or waits if a cached token can serve it. Each issuer gets one request at a time, and none while a failure is remembered.
 */
test('the token cache keeps its rules in any sequence of requests, times, rotations and outages', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { maxLength: 60, size: 'max' }),
      fc.double({ min: 0, max: 0.999, noNaN: true }),
      async (steps, random) => {
        const world = createWorld(random);
        for (const next of steps) await take(next, world);
        for (const watch of world.watches) await watch.finish();
      },
    ),
    { numRuns: 300 },
  );
}, 120_000);
