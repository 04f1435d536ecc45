import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { createManagedIdentity } from '../../src/identity/managed-identity.ts';

const environment = { IDENTITY_ENDPOINT: 'http://127.0.0.1:9/msi/token', IDENTITY_HEADER: 'the-header' };
const before = { ...process.env };
beforeAll(() => Object.assign(process.env, environment));
afterAll(() => {
  process.env = before;
});

/** An identity whose endpoint answers `token` after a while. */
function identityThatAnswers(token: string, afterMs: number): Promise<string> {
  const fetch = async (): Promise<Response> => {
    await delay(afterMs);
    return Response.json({ access_token: token, expires_on: String(Math.floor(Date.now() / 1000) + 86_400) });
  };
  const getToken = createManagedIdentity(fetch, randomUUID());
  return getToken('https://vault.azure.net/.default', new AbortController().signal).then((answer) => answer.token);
}

test('calls that overlap, begin while another ends, or come after all have ended each get their own answer', async () => {
  const slow = identityThatAnswers('slow', 150);
  const quick = identityThatAnswers('quick', 10);
  expect(await quick).toBe('quick');
  const late = identityThatAnswers('late', 10);
  expect(await Promise.all([slow, late])).toEqual(['slow', 'late']);
  expect(await identityThatAnswers('last', 0)).toBe('last');
});
