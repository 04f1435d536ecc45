import { AxeBuilder } from '@axe-core/playwright';
import { REPORT_ID, startEmbedStack } from './support/embed-stack.ts';

const stack = startEmbedStack();

test('one tag shows the report, and gives its frame a title for screen readers', async () => {
  const { page, event, frame } = await stack.open();
  await event('rendered');
  expect(await frame.locator('h1').textContent()).toBe('Sales');
  expect(await page.locator('power-bi-embed iframe').getAttribute('title')).toBe('Sales');
  expect(await page.locator('#own').isVisible()).toBe(false);
  expect(
    (await new AxeBuilder({ page }).disableRules(['region', 'page-has-heading-one', 'landmark-one-main']).analyze())
      .violations,
  ).toEqual([]);
});

test('the content of the element shows until the report is loaded', async () => {
  stack.powerBi.failWith(
    { kind: 'slow', delayMs: 700 },
    { times: 1, match: ({ path }) => path === '/embed-page/data' },
  );
  const { page, event } = await stack.open();
  await page.waitForSelector('power-bi-embed iframe', { state: 'attached' });
  expect(await page.locator('#own').isVisible()).toBe(true);
  expect(await page.locator('power-bi-embed iframe').isVisible()).toBe(false);
  await event('loaded');
  expect(await page.locator('#own').isVisible()).toBe(false);
});

test('the event loaded has the expiry of the token and the time of the next request', async () => {
  stack.answer = () => stack.embedAnswer({ expiresInSeconds: 1000, refreshInSeconds: 800 });
  const { event } = await stack.open();
  const { token_id, expires_at, renews_in } = await event('loaded');
  expect(token_id).toMatch(/^id of embed-token-/);
  expect(Date.parse(String(expires_at)) - Date.now()).toBeGreaterThan(980_000);
  expect(renews_in).toBeGreaterThanOrEqual(720);
  expect(renews_in).toBeLessThanOrEqual(800);
});

test.each([
  ['profile and access', 'profile="sales" access="Edit"', '?profile=sales&access=Edit'],
  ['neither', '', ''],
])('the request to the app has %s', async (_, attributes, query) => {
  const { event } = await stack.open({ attributes });
  await event('loaded');
  const [request] = stack.asked();
  expect(`?${request?.query.toString() ?? ''}`.replace(/\?$/, '')).toBe(query);
  expect(request?.headers).toMatchObject({ accept: 'application/json' });
  expect(request?.headers.authorization).toBeUndefined();
});

test('the report opens with the named page, and changes the page when the attribute changes', async () => {
  const { element, event, frame } = await stack.open({ attributes: 'page="ReportSectionDetails"' });
  await event('rendered');
  const current = frame.locator('nav [aria-current=page]');
  expect(await current.textContent()).toBe('Details');
  await element.evaluate((tag) => {
    tag.setAttribute('page', 'ReportSectionOverview');
  });
  await frame.locator('nav [aria-current=page]', { hasText: 'Overview' }).waitFor();
  expect(stack.asked()).toHaveLength(1);
});

test('the filter pane is hidden, and shown when the attribute changes, without a reload', async () => {
  const { element, event, frame } = await stack.open({ attributes: 'filter-pane="hidden"' });
  await event('rendered');
  expect(await frame.locator('aside').count()).toBe(0);
  await element.evaluate((tag) => {
    tag.setAttribute('filter-pane', 'expanded');
  });
  await frame.locator('aside li', { hasText: 'North' }).waitFor();
  expect(stack.asked()).toHaveLength(1);
});

test('another src shows another report', async () => {
  const { page, element, event } = await stack.open();
  await event('rendered');
  await element.evaluate((tag) => {
    tag.setAttribute('src', `${tag.getAttribute('src') ?? ''}?other`);
  });
  await event('rendered', 2);
  expect(stack.asked().map(({ query }) => query.has('other'))).toEqual([false, true]);
  expect(await page.locator('power-bi-embed iframe').count()).toBe(1);
});

test.each([
  [
    'a dashboard',
    { type: 'dashboard', id: 'd1', permissions: undefined, viewMode: undefined },
    '/dashboardEmbed?dashboardId=d1',
  ],
  [
    'a tile',
    { type: 'tile', id: 't1', dashboardId: 'd1', permissions: undefined, viewMode: undefined },
    '/embed?dashboardId=d1&tileId=t1',
  ],
  [
    'a paginated report',
    { type: 'report', permissions: undefined, viewMode: undefined },
    `/rdlEmbed?reportId=${REPORT_ID}`,
  ],
])('%s is shown and renewed', async (_, item, path) => {
  const embedUrl = `https://app.powerbi.com${path}`;
  stack.answer = () => stack.embedAnswer({ item: { ...item, embedUrl }, expiresInSeconds: 60, refreshInSeconds: 1.5 });
  const { page, event, frame } = await stack.open({
    attributes: 'page="ReportSectionDetails" filter-pane="hidden"',
  });
  await event('loaded');
  expect(await frame.locator('h1').textContent()).toBe('Sales');
  expect(await page.locator('power-bi-embed iframe').isVisible()).toBe(true);
  await event('renewed');
});

test('the function shows a report in an element of the page and returns powerbi-client’s object', async () => {
  const { page, frame } = await stack.open({ body: '<div id="place" style="height: 300px"></div>' });
  const shown = page.evaluate(async (src) => {
    const { embed } = (
      globalThis as unknown as { powerbiEmbed: typeof import('../../../../clients/browser/src/index.ts') }
    ).powerbiEmbed;
    const place = document.querySelector<HTMLElement>('#place') ?? document.body;
    const embedding = await new Promise<ReturnType<typeof embed>>((resolve) => {
      const started = embed(place, {
        src,
        onRendered: () => {
          resolve(started);
        },
      });
    });
    Object.assign(globalThis, { dispose: embedding.dispose });
    const component = (await embedding.component) as unknown as { getPages(): Promise<{ displayName: string }[]> };
    return (await component.getPages()).map(({ displayName }) => displayName);
  }, stack.src);
  expect(await shown).toEqual(['Overview', 'Details']);
  expect(await frame.locator('h1').textContent()).toBe('Sales');
  await page.evaluate(() => {
    (globalThis as unknown as { dispose(): void }).dispose();
  });
  expect(await page.locator('iframe').count()).toBe(0);
});

test('two reports on one page have a token each', async () => {
  const element = `<power-bi-embed src="${stack.src}"></power-bi-embed>`;
  const { event } = await stack.open({ body: element + element });
  await event('rendered', 2);
  const used = stack.powerBi.requests.filter(({ path }) => path === '/embed-page/data');
  expect(new Set(used.map(({ headers }) => headers.authorization)).size).toBe(2);
});

test('an element that is removed from the page sends no more requests', async () => {
  stack.answer = () => stack.embedAnswer({ expiresInSeconds: 60, refreshInSeconds: 1 });
  const { page, element, event } = await stack.open();
  await event('loaded');
  await element.evaluate((tag) => {
    tag.remove();
  });
  const asked = stack.asked().length;
  await page.waitForTimeout(1500);
  expect(stack.asked()).toHaveLength(asked);
});

test('the element works with a strict Content-Security-Policy', async () => {
  const { event, events } = await stack.open({
    contentSecurityPolicy: `default-src 'none'; script-src 'self' 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='; connect-src ${stack.app.url}; frame-src https://app.powerbi.com`,
  });
  await event('rendered');
  expect((await events()).map(([name]) => name)).toEqual(['loaded', 'rendered']);
});

test('nothing is stored in the browser, and no token is in the URL or on the console', async () => {
  const { page, context, event } = await stack.open({ script: 'console.log("listening")' });
  const said: string[] = [];
  page.on('console', (message) => said.push(message.text()));
  await page.reload();
  await event('rendered');
  const stored = await page.evaluate(async () => [
    Object.keys(localStorage).length,
    Object.keys(sessionStorage).length,
    document.cookie,
    (await indexedDB.databases()).length,
    (await caches.keys()).length,
  ]);
  expect(stored).toEqual([0, 0, '', 0, 0]);
  expect(await context.cookies()).toEqual([]);
  expect(said).toContain('listening');
  expect(said.filter((text) => [...stack.tokens.keys()].some((token) => text.includes(token)))).toEqual([]);
});
