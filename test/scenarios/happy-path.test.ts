import { startScenario, type Scenario } from '../support/scenario.ts';

let scenario: Scenario;
beforeAll(async () => {
  scenario = await startScenario();
});
afterAll(() => scenario.close());

test('a caller gets a Power BI token with what is known of its expiry', async () => {
  const { token, log } = scenario.startApp();
  const answer = await token();
  expect(answer.status).toBe(200);
  expect(answer.body).toEqual({
    access_token: expect.stringMatching(/^eyJ/),
    token_type: 'Bearer',
    expires_in: expect.any(Number),
    expires_on: expect.any(Number),
    expires_at: expect.any(String),
    refresh_in: expect.any(Number),
    scope: 'https://analysis.windows.net/powerbi/api/.default',
    profile: 'default',
  });
  expect(log).toEqual([expect.objectContaining({ event: 'token.issued', outcome: 'issued', cache: 'minted' })]);
});
