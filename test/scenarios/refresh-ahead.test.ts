import { asked, countAsked, resetAll } from '../support/asked-upstream.ts';
import { eventually } from '../support/eventually.ts';
import { startScenario, type TestApp } from '../support/scenario.ts';

const scenario = startScenario();
beforeEach(() => {
  scenario.entra.refreshInSeconds = undefined;
  scenario.entra.tokenLifetimeSeconds = 3600;
});

/** An instance whose token has this age. The requests so far are forgotten. */
async function withTokenAged(seconds: number, random: () => number): Promise<TestApp> {
  const app = scenario.startApp({ random });
  await app.token();
  scenario.clock.advance(seconds * 1000);
  resetAll(scenario);
  return app;
}

async function countRefreshes({ token }: TestApp): Promise<number> {
  expect((await token()).body).toMatchObject({ token_type: 'Bearer' });
  await scenario.clock.idle();
  const { tokenRequests, ...others } = countAsked(scenario);
  expect({ ...others, tokenRequests: 0 }).toEqual(asked({}));
  return tokenRequests;
}

const noJitter = (): number => 0;
const fullJitter = (): number => 1;

test('a token is refreshed at four fifths of its life, and not before', async () => {
  expect(await countRefreshes(await withTokenAged(2875, noJitter))).toBe(0);
  expect(await countRefreshes(await withTokenAged(2881, noJitter))).toBe(1);
});

test('with full jitter a token is refreshed a tenth of that time earlier, and not before', async () => {
  expect(await countRefreshes(await withTokenAged(2587, fullJitter))).toBe(0);
  expect(await countRefreshes(await withTokenAged(2593, fullJitter))).toBe(1);
});

test("a token is refreshed at the issuer's refresh_in", async () => {
  scenario.entra.refreshInSeconds = 1000;
  expect(await countRefreshes(await withTokenAged(995, noJitter))).toBe(0);
  expect(await countRefreshes(await withTokenAged(1001, noJitter))).toBe(1);
});

test.each([
  ['beyond the end of the token', 3600],
  ['zero', 0],
  ['negative', -5],
])(
  'a refresh_in that is %s is ignored: the token is refreshed at four fifths of its life',
  async (_, refreshInSeconds) => {
    scenario.entra.refreshInSeconds = refreshInSeconds;
    const app = scenario.startApp({ random: noJitter });
    expect((await app.token()).body).toMatchObject({ refresh_in: 2879 });
  },
);

test("a secret that is an hour old is read again in the background, and the token's refresh does not wait for it", async () => {
  scenario.entra.tokenLifetimeSeconds = 7200;
  const { token } = await withTokenAged(6000, noJitter);
  scenario.keyVault.failWith(scenario.clock.slow(1_000));
  await token();
  await eventually(() => scenario.entra.requests[0]?.status === 200);
  expect(scenario.keyVault.requests.map(({ status }) => status)).toEqual([undefined]);
  await scenario.clock.idle();
  expect(countAsked(scenario)).toEqual(asked({ secretReads: 1, tokenRequests: 1 }));
});
