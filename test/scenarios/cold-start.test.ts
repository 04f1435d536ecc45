import { asked, countAsked } from '../support/asked-upstream.ts';
import { startScenario } from '../support/scenario.ts';

const scenario = startScenario();

test('a thousand callers at once on a cold instance cause one secret read and one token request', async () => {
  const { token, log } = scenario.startApp();
  const answers = await Promise.all(Array.from({ length: 1000 }, () => token()));

  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  expect(new Set(answers.map(({ body }) => body['access_token'])).size).toBe(1);
  expect(countAsked(scenario)).toEqual(
    asked({ identityTokens: 1, vaultChallenges: 1, secretReads: 1, tokenRequests: 1 }),
  );
  expect(log.length).toBe(1000);
  expect(new Set(log.map(({ event, cache }) => `${event} ${String(cache)}`))).toEqual(new Set(['token.issued minted']));
});
