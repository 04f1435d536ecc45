import type { Answer } from '../../../../local/emulators/emulator.ts';
import { startEmbedStack } from './support/embed-stack.ts';

const stack = startEmbedStack();

/** A problem of the app. */
function problem(status: number, code: string, headers: Readonly<Record<string, string>> = {}): Answer {
  const body = {
    type: `urn:test:${code}`,
    title: code,
    status,
    detail: `This is ${code}.`,
    code,
    hint: `Repair ${code}.`,
  };
  return {
    status,
    headers: { 'content-type': 'application/problem+json', ...headers },
    body: { ...body, request_id: `request of ${code}` },
  };
}

/** These answers in turn, then good ones. */
function answerFirst(...answers: Answer[]): void {
  stack.answer = () => answers.shift() ?? stack.embedAnswer();
}

describe('before the report is loaded', () => {
  test('a refusal is reported once, with the hint of the app, and the content of the element stays', async () => {
    answerFirst(problem(403, 'forbidden'));
    const { page, event } = await stack.open();
    expect(await event('error')).toMatchObject({
      code: 'forbidden',
      detail: 'This is forbidden.',
      hint: 'Repair forbidden.',
      request_id: 'request of forbidden',
      status: 403,
    });
    await page.waitForTimeout(1500);
    expect(await page.locator('#own').isVisible()).toBe(true);
    expect(stack.asked()).toHaveLength(1);
  });

  test('a frame that cannot be loaded is reported after 30 seconds', async () => {
    const { page, event } = await stack.open({
      hasClock: true,
      watch: (opened) => void opened.route('**/reportEmbed**', (route) => route.abort()),
    });
    await page.locator('iframe').waitFor({ state: 'attached' });
    await page.clock.fastForward('00:31');
    expect(await event('error')).toEqual({
      code: 'power_bi',
      detail: 'Power BI has not loaded the item after 30 seconds.',
      hint: "Check the connection to Power BI, and frame-src of the page's Content-Security-Policy. Then call reload().",
    });
  });

  test('reload tries again after a refusal', async () => {
    answerFirst(problem(403, 'forbidden'));
    const { element, event } = await stack.open();
    await event('error');
    await element.evaluate((tag) => {
      (tag as HTMLElement & { reload(): void }).reload();
    });
    await event('rendered');
  });

  test.each([
    ['503', problem(503, 'upstream_unavailable', { 'retry-after': '2' })],
    ['429', problem(429, 'rate_limited', { 'retry-after': '2' })],
  ])('after a %s the next request is sent when Retry-After says, not earlier', async (_, answer) => {
    answerFirst(answer);
    const { page, event } = await stack.open();
    expect(await event('error')).toMatchObject({ retry_in: 3 });
    // These events do not bring the request forward.
    await page.evaluate(() => dispatchEvent(new Event('online')));
    await event('rendered');
    const [first, second] = stack.asked().map(({ atMs }) => atMs);
    expect(Number(second) - Number(first)).toBeGreaterThanOrEqual(2000);
    expect(Number(second) - Number(first)).toBeLessThan(3000);
  });

  test.each([
    ['a 503 without Retry-After', problem(503, 'upstream_unavailable'), 'upstream_unavailable'],
    ['an answer of a proxy', { status: 502, body: '<h1>Bad gateway</h1>' }, 'http_502'],
    [
      'an answer that CORS does not allow',
      { status: 200, headers: { 'access-control-allow-origin': 'null' } },
      'network',
    ],
  ])('%s is tried again soon', async (_, answer, code) => {
    answerFirst(answer);
    const { event } = await stack.open();
    expect(await event('error')).toMatchObject({ code, retry_in: 1 });
    await event('rendered');
  });

  test('a connection that breaks is tried again soon', async () => {
    stack.app.failWith({ kind: 'cut-off' }, { times: 1 });
    const { event } = await stack.open();
    expect(await event('error')).toMatchObject({ code: 'network', hint: expect.stringContaining('CORS'), retry_in: 1 });
    await event('rendered');
  });

  test('when the network is back, the next request is sent at once', async () => {
    const gone = problem(500, 'internal');
    answerFirst(gone, gone, gone, gone);
    const { page, event } = await stack.open();
    await event('error', 4);
    await page.evaluate(() => dispatchEvent(new Event('online')));
    const online = Date.now();
    await event('rendered');
    expect(Date.now() - online).toBeLessThan(2000);
  });

  test.each([
    [
      'a page instead of an answer',
      { status: 200, headers: { 'content-type': 'text/html' }, body: '<h1>Hello</h1>' },
      'unexpected_answer',
    ],
    ['JSON of something else', { status: 200, body: { value: [] } }, 'unexpected_answer'],
    ['the empty 401 of the host', { status: 401 }, 'http_401'],
    ['a redirect to a sign-in page', { status: 302, headers: { location: '/.auth/login/aad' } }, 'unauthorized'],
    ['a URL that powerbi-client does not accept', 'https://example.com/reportEmbed', 'powerbi_client'],
  ])('%s is reported and not requested again', async (_, answer, code) => {
    stack.answer = () => (typeof answer === 'string' ? stack.embedAnswer({ item: { embedUrl: answer } }) : answer);
    const { page, event } = await stack.open();
    expect(await event('error')).toMatchObject({ code });
    await page.waitForTimeout(300);
    expect(stack.asked()).toHaveLength(1);
  });

  test('a page without powerbi-client gets an error that says so', async () => {
    const { event } = await stack.open({ script: 'delete globalThis.powerbi' });
    expect(await event('error')).toMatchObject({
      code: 'powerbi_client',
      detail: expect.stringContaining('powerbi-client is missing'),
    });
  });
});

describe('while the report is on screen', () => {
  test('an outage longer than the token leaves the report, and the token is renewed afterwards', async () => {
    const gone = problem(503, 'upstream_unavailable');
    answerFirst(stack.embedAnswer({ expiresInSeconds: 2, refreshInSeconds: 1 }), gone, gone, gone);
    const { page, event } = await stack.open();
    await event('rendered');
    expect(await event('error', 3)).toMatchObject({
      code: 'upstream_unavailable',
      hint: 'Repair upstream_unavailable.',
    });
    expect(await page.locator('power-bi-embed iframe').isVisible()).toBe(true);
    await event('renewed');
  });

  test('a refusal leaves the report until its token expires, then the content of the element is back', async () => {
    const refusal = problem(403, 'forbidden');
    const first = stack.embedAnswer({ expiresInSeconds: 4, refreshInSeconds: 1 });
    let isFirst = true;
    stack.answer = () => {
      const answer = isFirst ? first : refusal;
      isFirst = false;
      return answer;
    };
    const { page, event, events } = await stack.open();
    await event('rendered');
    expect(await event('error')).toMatchObject({ code: 'forbidden', retry_in: 1 });
    expect(await page.locator('power-bi-embed iframe').isVisible()).toBe(true);
    await page.locator('#own').waitFor({ state: 'visible' });
    expect(await page.locator('iframe').count()).toBe(0);
    const last = (await events()).at(-1);
    expect(last).toEqual(['error', expect.objectContaining({ code: 'forbidden', status: 403 })]);
    expect(last?.[1]).not.toHaveProperty('retry_in');
  });

  test('a rotated secret has no effect once the app has the new one', async () => {
    const rejected = problem(502, 'secret_rejected');
    answerFirst(stack.embedAnswer({ expiresInSeconds: 60, refreshInSeconds: 1 }), rejected);
    const { page, event, events } = await stack.open();
    await event('renewed');
    expect((await events()).map(([name]) => name)).toEqual(['loaded', 'rendered', 'error', 'renewed']);
    expect(await page.locator('power-bi-embed iframe').isVisible()).toBe(true);
  });

  test('an error of Power BI itself is passed on, and changes nothing', async () => {
    const { element, page, event } = await stack.open();
    await event('rendered');
    await element.evaluate((tag) => {
      const detail = {
        message: 'QueryFailed',
        detailedMessage: 'A visual failed',
        technicalDetails: { requestId: 'r1' },
      };
      tag.shadowRoot?.querySelector('div')?.dispatchEvent(new CustomEvent('error', { detail }));
    });
    expect(await event('error')).toMatchObject({
      code: 'power_bi',
      detail: 'QueryFailed: A visual failed',
      request_id: 'r1',
    });
    expect(await page.locator('power-bi-embed iframe').isVisible()).toBe(true);
  });
});
