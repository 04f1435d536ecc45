import { randomUUID } from 'node:crypto';
import { createManagedIdentity } from '../../src/identity/managed-identity.ts';
import { createSimulatedClock } from '../support/simulated-clock.ts';
import { the } from '../support/the.ts';

const environment = { IDENTITY_ENDPOINT: 'http://127.0.0.1:9/msi/token', IDENTITY_HEADER: 'the-header' };
const before = { ...process.env };
beforeAll(() => Object.assign(process.env, environment));
afterAll(() => {
  process.env = before;
});

/** An identity whose endpoint answers `token` at once. */
async function askIdentity(token: string): Promise<string> {
  const fetch = (): Promise<Response> =>
    Promise.resolve(Response.json({ access_token: token, expires_on: String(Math.floor(Date.now() / 1000) + 86_400) }));
  const getToken = createManagedIdentity({ fetch, clock: createSimulatedClock(the.startMs) }, randomUUID());
  return (await getToken('https://vault.azure.net/.default', new AbortController().signal)).token;
}

test('calls that begin at every stage of others, and after all have ended, each get their own answer', async () => {
  const tokens = Array.from({ length: 200 }, (_, index) => `token-${index}`);
  const answers: Promise<string>[] = [];
  for (const token of tokens) {
    answers.push(askIdentity(token));
    // Leaves them one step of theirs behind, so that some begin just as others end.
    await Promise.resolve();
  }
  expect(await Promise.all(answers)).toEqual(tokens);
  expect(await askIdentity('the last')).toBe('the last');
});
