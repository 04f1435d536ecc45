import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, Page } from 'playwright-core';
import { startDemoStack, type DemoStack } from './support/demo-stack.ts';
import { startChromium } from './support/start-chromium.ts';

let stack: DemoStack;
let browser: Browser;
beforeAll(async () => {
  [stack, browser] = await Promise.all([startDemoStack(), startChromium({})]);
});
afterEach(async () => {
  stack.embedAnswer = undefined;
  await Promise.all(browser.contexts().map((context) => context.close()));
});
afterAll(() => Promise.all([browser.close(), stack.close()]));

async function open(options: Parameters<Browser['newContext']>[0] = {}): Promise<Page> {
  const page = await (await browser.newContext(options)).newPage();
  await page.goto(stack.url);
  return page;
}

/** What Power BI shows: the first card is the sum of the year. */
const sumOf = (page: Page): Promise<string | null> => page.frameLocator('iframe').locator('dd').first().textContent();

const problem = {
  status: 403,
  body: {
    status: 403,
    code: 'forbidden',
    detail: 'No grant lets Ada embed this report.',
    hint: 'Add the report to a grant in profiles.json.',
    request_id: 'request-1',
  },
};

test.each([
  ['on a desktop, light', { viewport: { width: 1440, height: 1000 }, colorScheme: 'light' }],
  ['on a desktop, dark', { viewport: { width: 1440, height: 1000 }, colorScheme: 'dark' }],
  ['on a phone', { viewport: { width: 390, height: 844 }, colorScheme: 'light', hasTouch: true }],
] as const)('%s, axe finds nothing and nothing is wider than the screen', async (_, options) => {
  const page = await open(options);
  await page.frameLocator('iframe').locator('svg[role=img]').waitFor();
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
  const tooWide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  expect(tooWide).toBeLessThanOrEqual(0);
});

test('two people see their own rows of the same report', async () => {
  const page = await open();
  await page.frameLocator('iframe').locator('svg[role=img]').waitFor();
  const ada = await sumOf(page);
  await page.getByRole('radio', { name: 'Grace' }).check({ force: true });
  await page.getByText('The report is loaded for Grace.').waitFor();
  expect(await sumOf(page)).not.toBe(ada);
});

test('the keyboard alone reaches the report, the person and the other report', async () => {
  const page = await open();
  await page.getByText('The report is loaded for Ada.').waitFor();
  await page.keyboard.press('Tab');
  expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Go to the report');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  await page.keyboard.press('ArrowRight');
  await page.frameLocator('iframe').locator('h1', { hasText: 'Sales' }).waitFor();
  await page.keyboard.press('Tab');
  await page.keyboard.press('ArrowRight');
  await page.getByText('The report is loaded for Grace.').waitFor();
});

test('a refusal is shown with what to do, passes axe, and can be tried again', async () => {
  stack.embedAnswer = problem;
  const page = await open();
  await page.getByRole('heading', { name: 'The report cannot be shown' }).waitFor();
  const text = await page.locator('#own').textContent();
  for (const part of [problem.body.detail, problem.body.hint, 'request request-1']) expect(text).toContain(part);
  expect((await new AxeBuilder({ page }).analyze()).violations.map(({ id }) => id)).toEqual([]);
  stack.embedAnswer = undefined;
  await page.getByRole('button', { name: 'Try again' }).click();
  await page.getByText('The report is loaded for Ada.').waitFor();
});

test('an outage is shown with the time of the next attempt', async () => {
  stack.embedAnswer = { status: 503, body: { ...problem.body, status: 503, code: 'upstream_unavailable' } };
  const page = await open();
  await page.locator('#notice').getByText('Next attempt in 1 s.').waitFor();
  stack.embedAnswer = undefined;
  await page.getByText('The report is loaded for Ada.').waitFor();
  expect(await page.locator('#notice').isVisible()).toBe(false);
});

test('the countdown runs, and the controls of the rehearsal send their commands', async () => {
  const page = await open();
  await page.getByText('The report is loaded for Ada.').waitFor();
  expect(await page.locator('#renews-in').textContent()).toMatch(/^1:\d\d min$/);
  await page.getByLabel('Key Vault').selectOption('silent');
  await page.getByText('The rehearsal got {"service":"key-vault","fault":"silent"}').waitFor();
  await page.getByRole('button', { name: 'Rotate the secret' }).click();
  await page.getByText('The rehearsal got {"action":"rotate-secret"}').waitFor();
});

test('the log has the newest line first, and names people', async () => {
  const page = await open();
  const log = page.locator('#log');
  await log.getByText('GET  /api/embed/W/R  200  2 ms  Ada  hit').waitFor();
  await log.getByText('The report is loaded for Ada.').waitFor();
  const times = await log.locator('time').evaluateAll((all) => all.map((time) => time.getAttribute('datetime')));
  expect(times).toEqual([...times].sort().reverse());
});

test('the page opens the report with row-level security, and another report says that it has none', async () => {
  const page = await open();
  const frame = page.frameLocator('iframe');
  await frame.getByText('Rows where USERNAME() =').waitFor();
  await page.getByRole('radio', { name: 'Sales' }).check({ force: true });
  await frame.getByText('The same rows for everyone: no row-level security').waitFor();
});

test('the page says which app the restart button and the caller use', async () => {
  const page = await open();
  const port = new URL(stack.app.url).port;
  await page
    .getByText(
      'A caller, which starts with the first failure, uses the app on port 7071. Restart restarts that app. ' +
        `The report has its own app, on port ${port}.`,
    )
    .waitFor();
});

test('the rehearsal shows in words what its caller gets', async () => {
  const page = await open();

  await page
    .getByText(
      'Since the last change, a caller requested 12 tokens: 11 served, the slowest in 4 ms. ' +
        'Last answer: 502 secret_expired. Renew it.',
    )
    .waitFor();
});
