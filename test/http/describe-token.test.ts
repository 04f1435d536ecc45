import fc from 'fast-check';
import { describeToken } from '../../src/http/describe-token.ts';
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
