import { randomBytes } from 'node:crypto';
import { createSignInCookies } from '../../src/http/sign-in-cookies.ts';
import { createSealedBox } from '../../src/sign-in/sealed-box.ts';
import { sessionSchema, transactionSchema, type Session } from '../../src/sign-in/session.ts';
import { createSimulatedClock } from '../support/simulated-clock.ts';
import { some } from '../support/some.ts';
import { the } from '../support/the.ts';

const clock = createSimulatedClock(the.startMs);
const key = { version: 'v1', bytes: randomBytes(32) };
const keys = { newest: () => Promise.resolve(key), find: () => Promise.resolve(key) };
const cookies = createSignInCookies({
  sessions: createSealedBox({ purpose: 'session', schema: sessionSchema, clock, keys }),
  transactions: createSealedBox({ purpose: 'sign-in', schema: transactionSchema, clock, keys }),
  clock,
});

const session = (refreshToken: string): Session => ({
  profile: 'people',
  id: the.requestId,
  tenantId: the.tenantId,
  objectId: the.clientId,
  refreshToken,
  renewedAtMs: the.startMs,
  endsAtMs: the.startMs + 60_000,
});
const write = (refreshToken: string) => cookies.writeSession(some.httpRequest(), session(refreshToken));

test('a large refresh token needs several cookies', async () => {
  expect((await write('r'.repeat(8_000))).length).toBeGreaterThan(2);
});

test('a refresh token that is too large for cookies is reported as issuer_rejected, without the token', async () => {
  await expect(write('r'.repeat(40_000))).rejects.toMatchObject({
    code: 'issuer_rejected',
    message: 'Entra returned a refresh token that is too large for cookies.',
    upstream: { service: 'issuer' },
  });
});
