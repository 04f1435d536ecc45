import { eventually } from '../../../support/eventually.ts';
import { startEmbedStack, type EmbedPage } from './support/embed-stack.ts';

const stack = startEmbedStack();

/** The embed tokens with which the frame has requested data, in order. */
const usedTokens = (): string[] =>
  stack.powerBi.requests
    .filter(({ path }) => path === '/embed-page/data')
    .map(({ headers }) => (headers.authorization ?? '').replace('EmbedToken ', ''));

const givenTokens = (): string[] => [...stack.tokens.keys()];

/** A click on a visual: Power BI requests its data with the current token. */
const query = async ({ frame }: EmbedPage): Promise<void> => {
  const before = usedTokens().length;
  await frame.getByRole('button', { name: 'Refresh visual' }).click();
  await eventually(() => usedTokens().length > before);
};

beforeEach(() => {
  stack.tokens.clear();
});

test('the token is renewed before it expires, without a reload of the report', async () => {
  stack.answer = () => stack.embedAnswer({ expiresInSeconds: 4, refreshInSeconds: 2 });
  const opened = await stack.open();
  await opened.event('rendered');
  await opened.frame.locator('body').evaluate((body) => {
    body.dataset['mark'] = 'the same document';
  });
  const renewed = await opened.event('renewed');
  expect(renewed).toMatchObject({ token_id: `id of ${givenTokens()[1] ?? ''}` });
  await opened.page.waitForTimeout(2500);
  await query(opened);
  expect(givenTokens().indexOf(usedTokens().at(-1) ?? '')).toBeGreaterThan(0);
  expect(await opened.frame.locator('body').getAttribute('data-mark')).toBe('the same document');
  expect((await opened.events()).filter(([name]) => name === 'loaded')).toHaveLength(1);
});

test('a token that is due at once is requested again after a pause, not in a loop', async () => {
  stack.answer = () => stack.embedAnswer({ expiresInSeconds: 3600, refreshInSeconds: 0 });
  const { page, event } = await stack.open();
  expect(await event('loaded')).toMatchObject({ renews_in: 30 });
  await page.waitForTimeout(1000);
  expect(stack.asked()).toHaveLength(1);
});

test('after two hours of sleep the token is renewed at once', async () => {
  const opened = await stack.open({ hasClock: true });
  await opened.event('rendered');
  await opened.page.clock.fastForward('02:00:00');
  await opened.event('renewed');
  expect((await opened.events()).filter(([name]) => name === 'error')).toEqual([]);
  expect(stack.asked()).toHaveLength(2);
  await query(opened);
  expect(usedTokens().at(-1)).toBe(givenTokens()[1]);
});

test('a tab that is shown again renews a token that became due while it was hidden', async () => {
  const { page, event } = await stack.open({ hasClock: true });
  await event('rendered');
  // Only the clock moves, as if the browser had frozen the timers of the hidden tab.
  await page.clock.setSystemTime(Date.now() + 7_200_000);
  await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
  await event('renewed');
});

test('a tab that is shown again sends no request before the token is due', async () => {
  const { page, event } = await stack.open();
  await event('rendered');
  await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
  await page.waitForTimeout(300);
  expect(stack.asked()).toHaveLength(1);
});

test('when powerbi-client reports an expired token, a new one is set and the report loads its current page', async () => {
  const opened = await stack.open({ hasClock: true });
  await opened.event('rendered');
  await opened.frame.getByRole('button', { name: 'Details' }).click();
  await opened.frame.getByRole('button', { name: 'Overview' }).click();
  await opened.frame.getByRole('button', { name: 'Details' }).click();
  await opened.page.clock.fastForward('00:10');
  expire(givenTokens()[0]);
  await opened.frame.getByRole('button', { name: 'Overview' }).click();
  await query(opened);
  await opened.event('loaded', 2);
  expect(usedTokens().at(-1)).toBe(givenTokens()[1]);
  expect(await opened.frame.locator('nav [aria-current=page]').textContent()).toBe('Overview');
  expect((await opened.events()).map(([name]) => name)).toEqual([
    'loaded',
    'rendered',
    'renewed',
    'loaded',
    'rendered',
  ]);
});

test('a token that Power BI refuses again and again is not requested in a loop', async () => {
  const { page, event } = await stack.open();
  await event('rendered');
  stack.answer = () => stack.embedAnswer({ expiresInSeconds: 3600 });
  await page.locator('power-bi-embed').evaluate((element) => {
    const frame = element.shadowRoot?.querySelector('div');
    setInterval(() => {
      const detail = { message: 'TokenExpired', level: 6 };
      frame?.dispatchEvent(new CustomEvent('error', { detail }));
    }, 50);
  });
  await page.waitForTimeout(7000);
  expect(stack.asked()).toHaveLength(2);
});

function expire(token = ''): void {
  const view = stack.tokens.get(token);
  if (view) stack.tokens.set(token, { ...view, expiresAtSeconds: 0 });
}
