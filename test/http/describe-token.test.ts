import fc from 'fast-check';
import { createSharedDescription, describeToken } from '../../src/http/describe-token.ts';
import { some } from '../support/some.ts';
import { the } from '../support/the.ts';

test('an opaque token with any characters is unchanged in the JSON answer', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', minLength: 1 }), (value) => {
      const body = describeToken(some.accessToken({ value }), { profile: 'sales', now: some.moment(1000) });
      expect(JSON.parse(body)).toEqual({
        access_token: value,
        token_type: 'Bearer',
        expires_in: 3599,
        expires_on: Math.floor(the.startMs / 1000) + 3600,
        expires_at: new Date(the.startMs + 3_600_000).toISOString(),
        refresh_in: 2879,
        scope: the.scope,
        profile: 'sales',
      });
    }),
  );
});

describe('the description that many callers share', () => {
  const token = some.accessToken({ value: 'opaque' });
  const profile = 'sales';

  test.each<[string, number[]]>([
    ['within a second', [0, 999]],
    ['a second later', [0, 1000]],
    ['when the seconds of expires_in and of refresh_in change apart', [0, 200, 400, 600, 800, 1000, 1200]],
    ['after the clock was set back', [5_000, 1_000]],
  ])('is correct %s', (_, offsetsMs) => {
    const uneven = some.accessToken({ value: 'opaque', lifetimeMs: 3_599_300, refreshAfterMs: 1_800_700 });
    const describeShared = createSharedDescription();
    for (const offsetMs of offsetsMs) {
      const now = some.moment(offsetMs);
      expect(describeShared(uneven, { profile, now })).toBe(describeToken(uneven, { profile, now }));
    }
  });

  test('belongs to the requested profile and token', () => {
    const describeShared = createSharedDescription();
    const now = some.moment();
    const other = some.accessToken({ value: 'other' });
    const parts = [token, other].flatMap((each) => ['sales', 'finance'].map((name) => [each, name] as const));
    for (const [each, name] of [...parts, ...parts]) {
      expect(describeShared(each, { profile: name, now })).toBe(describeToken(each, { profile: name, now }));
    }
  });
});
