import {
  ageMs,
  describeExpiry,
  describeForAudit,
  mustRefresh,
  peekClaims,
  remainingMs,
  shouldRefresh,
} from '../../src/tokens/access-token.ts';
import { some } from '../support/some.ts';
import { the } from '../support/the.ts';

test('a token has its fingerprint, its uti and its times', () => {
  expect(some.accessToken({ value: some.jwt({ uti: 'Uti-1' }), refreshAfterMs: 1000 })).toEqual({
    value: some.jwt({ uti: 'Uti-1' }),
    valueJson: JSON.stringify(some.jwt({ uti: 'Uti-1' })),
    scope: the.scope,
    requestedAt: some.moment(),
    lifetimeMs: 3_600_000,
    refreshAfterMs: 1000,
    fingerprint: expect.stringMatching(/^[\da-f]{16}$/) as string,
    uti: 'Uti-1',
  });
});

test('the fingerprint is the beginning of the SHA-256 of the token', () => {
  // printf 'opaque-token' | sha256sum
  expect(some.accessToken().fingerprint).toBe('84d3f23da9b5f51b');
});

test.each([
  ['an empty token', ''],
  ['an opaque token', 'opaque-token'],
  ['a JWT whose claims are not an object', some.jwt([] as never)],
  ['a JWT with unreadable claims', 'a.b.c'],
])('%s has no claims and no uti', (_, value) => {
  expect([peekClaims(value), some.accessToken({ value }).uti]).toEqual([undefined, undefined]);
});

test('a uti that is not text is ignored', () => {
  expect(some.accessToken({ value: some.jwt({ uti: 7 }) }).uti).toBeUndefined();
});

test.each([
  ['none', undefined, 2_880_000],
  ['one within the lifetime', 1_800_000, 1_800_000],
  ['one at the very end', 3_600_000, 2_880_000],
  ['one beyond the end', 9_999_999, 2_880_000],
])('with %s from the issuer the token is due for a refresh at the right age', (_, refreshAfterMs, expected) => {
  expect(some.accessToken({ refreshAfterMs }).refreshAfterMs).toBe(expected);
});

test.each([
  [0, false, false],
  [2_879_999, false, false],
  [2_880_000, true, false],
  [3_599_000, true, false],
  [3_599_001, true, true],
  [4_000_000, true, true],
])('at an age of %d ms it should be refreshed: %p, and must be: %p', (age, should, must) => {
  const token = some.accessToken();
  const now = some.moment(age);
  expect([shouldRefresh(token, now), mustRefresh(token, now)]).toEqual([should, must]);
  expect([ageMs(token, now), remainingMs(token, now)]).toEqual([age, 3_600_000 - age]);
});

test('its age is the larger of what the two clocks say', () => {
  const token = some.accessToken();
  expect(ageMs(token, { wallMs: the.startMs - 5_000_000, monotonicMs: 7 })).toBe(7);
  expect(ageMs(token, { wallMs: the.startMs + 5_000_000, monotonicMs: 7 })).toBe(5_000_000);
});

test.each([
  [0, { expires_in: 3600, refresh_in: 2880 }],
  [1, { expires_in: 3599, refresh_in: 2879 }],
  [2_880_000, { expires_in: 720, refresh_in: 0 }],
  [3_599_999, { expires_in: 0, refresh_in: 0 }],
  [9_000_000, { expires_in: 0, refresh_in: 0 }],
])('%d ms after the request, an answer has the remaining lifetime', (passedMs, expected) => {
  expect(describeExpiry(some.accessToken(), some.moment(passedMs))).toEqual({
    ...expected,
    expires_on: 1_800_003_600,
    expires_at: '2027-01-15T09:00:00.000Z',
  });
});

test('refresh_in stays below expires_in if both would round to the same second', () => {
  const token = some.accessToken({ lifetimeMs: 10_900, refreshAfterMs: 10_500 });
  expect(describeExpiry(token, some.moment())).toMatchObject({ expires_in: 10, refresh_in: 9 });
});

describe('if the clock was set back after the token was requested', () => {
  const setBackBy = (byMs: number) => ({ ...some.moment(), wallMs: the.startMs - byMs });

  test.each([
    ['by two seconds, which may be drift, the expiry stays the same', 2_000, 1_800_003_600],
    ['by more, the expiry follows the current clock', 2_001, 1_800_003_597],
    ['by an hour, too', 3_600_000, 1_800_000_000],
  ])('%s', (_, byMs, expiresOn) => {
    const token = some.accessToken();
    expect(describeExpiry(token, setBackBy(byMs))).toMatchObject({ expires_in: 3600, expires_on: expiresOn });
    expect(describeForAudit(token, setBackBy(byMs)).expiresOn).toBe(expiresOn);
  });
});

test('the audit line has the fingerprint, the uti and the expiry of a token', () => {
  const token = some.accessToken({ value: some.jwt({ uti: 'Uti-1' }) });

  expect(describeForAudit(token, some.moment())).toEqual({
    fingerprint: token.fingerprint,
    uti: 'Uti-1',
    expiresOn: 1_800_003_600,
  });
});
