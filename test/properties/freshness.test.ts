import fc from 'fast-check';
import { createAccessToken, describeExpiry } from '../../src/tokens/access-token.ts';
import type { Moment } from '../../src/clock.ts';
import type { IssuerProfile } from '../../src/config/profiles/profile.ts';
import { createTokenRequester } from '../../src/issuers/token-requester.ts';
import { CLOUDS } from '../../src/config/clouds.ts';
import { createVaultObjectCache } from '../../src/secrets/vault-object-cache.ts';
import type { Secret } from '../../src/secrets/secret-store.ts';
import { createBudget } from '../../src/upstream/budget.ts';
import { createModelVault } from '../support/model-vault.ts';
import { recordLog } from '../support/record-log.ts';
import { createSimulatedClock } from '../support/simulated-clock.ts';
import { some } from '../support/some.ts';
import { the } from '../support/the.ts';

const moment: fc.Arbitrary<Moment> = fc.record({
  wallMs: fc.double({ min: 1e12, max: 4e12, noNaN: true }),
  monotonicMs: fc.double({ min: 0, max: 1e10, noNaN: true }),
});

test('for any lifetime and any clock change, an answer describes its token consistently', () => {
  const lifetimeMs = fc.double({ min: 1, max: 86_400_000, noNaN: true });
  const refreshAfterMs = fc.option(fc.double({ min: 1, max: 1e9, noNaN: true }), { nil: undefined });
  fc.assert(
    fc.property(lifetimeMs, refreshAfterMs, moment, moment, (lifetimeMs, refreshAfterMs, requestedAt, now) => {
      const token = createAccessToken({ value: 'token', scope: the.scope, requestedAt, lifetimeMs, refreshAfterMs });
      const { expires_in, expires_on, expires_at, refresh_in } = describeExpiry(token, now);
      expect([expires_in, expires_on, refresh_in].every((value) => Number.isInteger(value) && value >= 0)).toBe(true);
      expect(expires_in === 0 ? refresh_in === 0 : refresh_in < expires_in).toBe(true);
      expect(Date.parse(expires_at)).toBe(expires_on * 1000);
      if (expires_in === 0) return;
      // The instant gives no longer a lifetime than the seconds, except for the drift between the clocks.
      expect(expires_on).toBeLessThanOrEqual(now.wallMs / 1000 + expires_in + 3);
      // The answer is not longer than the real lifetime, by either clock.
      expect(now.wallMs + expires_in * 1000).toBeLessThanOrEqual(requestedAt.wallMs + lifetimeMs + 1);
      expect(now.monotonicMs + expires_in * 1000).toBeLessThanOrEqual(requestedAt.monotonicMs + lifetimeMs + 1);
    }),
    { numRuns: 2000 },
  );
});

test('two profiles have the same key if and only if they are the same', () => {
  const word = fc.constantFrom('a', 'b', 'a","b', '"', ',', '');
  const profile: fc.Arbitrary<IssuerProfile> = fc.record({
    grant: fc.constantFrom('client_credentials', 'on_behalf_of'),
    name: fc.constant('default'),
    cloud: fc.constant(CLOUDS.public),
    clientId: word,
    target: fc.record({ scope: word, resource: word }, { requiredKeys: [] }),
    parameters: fc.dictionary(fc.constantFrom('x', 'y'), word),
    issuer: fc.record({ kind: fc.constant('discovered'), issuer: word, isEntra: fc.constant(false) }),
    credential: fc.record({ kind: fc.constant('certificate'), certificateName: word }),
  });
  const member = fc.constantFrom('grant', 'clientId', 'target', 'parameters', 'issuer', 'credential');
  fc.assert(
    fc.property(profile, profile, member, (one, another, name) => {
      const other: IssuerProfile = { ...one, [name]: another[name] };
      const isSame = JSON.stringify(one) === JSON.stringify(other);
      expect(nameOf(one) === nameOf(other)).toBe(isSame);
    }),
    { numRuns: 5000 },
  );
});

/** The key of its tokens. The requester sends no request to compute it. */
function nameOf(profile: IssuerProfile): string {
  const { credential } = profile;
  const unused = (): Promise<never> => Promise.reject(new Error('A key needs no upstream.'));
  return createTokenRequester(
    profile,
    {
      name: JSON.stringify(credential),
      version: () => undefined,
      prepare: () => undefined,
      authenticate: unused,
    },
    { fetch: unused, clock: createSimulatedClock(the.startMs), random: () => 0, findIssuer: unused },
  ).name;
}

test('in any order of rotations and reads, no caller gets an older version than the newest known one', async () => {
  const steps = fc.array(
    fc.oneof(
      fc.record({ kind: fc.constant('rotate') }),
      fc.record({ kind: fc.constantFrom('get', 'reread'), delayMs: fc.nat({ max: 3000 }) }),
      fc.record({ kind: fc.constant('wait'), durationMs: fc.oneof(fc.nat({ max: 2000 }), fc.constant(3_600_000)) }),
    ),
    { maxLength: 40, size: 'max' },
  );
  await fc.assert(
    fc.asyncProperty(steps, async (steps) => {
      const clock = createSimulatedClock(the.startMs);
      const vault = createModelVault(some.secret({ version: '0' }));
      const secrets = createVaultObjectCache(vault, {
        clock,
        random: () => 0.5,
        log: recordLog(),
        onRefreshFailure: () => undefined,
      });
      let delayMs = 0;
      vault.delay = () => new Promise((resolve) => clock.schedule(delayMs, resolve));
      const answers: Promise<void>[] = [];
      const known = (): number => Number(secrets.peek(the.secretName)?.version ?? -1);
      const check = ({ version }: Secret): void => {
        expect(Number(version)).toBeGreaterThanOrEqual(known());
      };
      for (const step of steps) {
        if (step.kind === 'rotate') vault.rotate(some.secret({ version: String(vault.versions.length) }));
        else if ('durationMs' in step) await clock.advance(step.durationMs);
        else if ('delayMs' in step) {
          delayMs = step.delayMs;
          const budget = createBudget(clock);
          const answer =
            step.kind === 'get'
              ? secrets.get(the.secretName, budget)
              : secrets.reread(the.secretName, clock.now(), budget);
          answers.push(answer.then(check));
          await clock.settle();
        }
      }
      await clock.advance(10_000);
      await Promise.all(answers);
    }),
    { numRuns: 200 },
  );
});
