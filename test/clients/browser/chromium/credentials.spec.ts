import type { Answer, RecordedRequest } from '../../../../local/emulators/emulator.ts';
import { startEmbedStack } from './support/embed-stack.ts';

const stack = startEmbedStack();

/** Good answers only to this bearer token. */
function accept(token: string, refusal: Readonly<Record<string, unknown>> = {}): void {
  const refused: Answer = { status: 401, body: { code: 'unauthorized', detail: 'No.', ...refusal } };
  stack.answer = ({ headers }: RecordedRequest) =>
    headers.authorization === `Bearer ${token}` ? stack.embedAnswer() : refused;
}

const bearers = (): (string | undefined)[] => stack.asked().map(({ headers }) => headers.authorization);

test('getAccessToken provides the bearer token of every request', async () => {
  accept('token-of-ada');
  const script = `document.querySelector('power-bi-embed').getAccessToken = async () => 'token-of-ada'`;
  const { event } = await stack.open({ script });
  await event('rendered');
  expect(bearers()).toEqual(['Bearer token-of-ada']);
});

test('getAccessToken that is set late starts what was refused without it', async () => {
  accept('token-of-ada');
  const { element, event } = await stack.open();
  await event('error');
  await element.evaluate((tag) => Object.assign(tag, { getAccessToken: () => 'token-of-ada' }));
  await event('rendered');
  expect(bearers()).toEqual([undefined, 'Bearer token-of-ada']);
});

test('a new getAccessToken at every rendering of a framework starts no request', async () => {
  accept('token-of-ada');
  const script = `document.querySelector('power-bi-embed').getAccessToken = () => 'token-of-ada'`;
  const { page, element, event } = await stack.open({ script });
  await event('rendered');
  await element.evaluate((tag) => Object.assign(tag, { getAccessToken: () => 'token-of-ada' }));
  await page.waitForTimeout(300);
  expect(stack.asked()).toHaveLength(1);
});

test('a token that the app refuses is requested once more, with the claims of the challenge', async () => {
  accept('newer', { code: 'interaction_required', claims: '{"access_token":{}}' });
  const script = `
    received = [];
    document.querySelector('power-bi-embed').getAccessToken = (options) => {
      received.push(options);
      return options.forceRefresh ? 'newer' : 'older';
    };`;
  const { page, event } = await stack.open({ script });
  await event('rendered');
  expect(await page.evaluate('received')).toEqual([{}, { forceRefresh: true, claims: '{"access_token":{}}' }]);
  expect(bearers()).toEqual(['Bearer older', 'Bearer newer']);
});

test('a refusal of the newer token, too, is final', async () => {
  accept('another');
  const script = `document.querySelector('power-bi-embed').getAccessToken = () => 'older'`;
  const { page, event } = await stack.open({ script });
  expect(await event('error')).toMatchObject({ code: 'unauthorized', status: 401 });
  await page.waitForTimeout(1500);
  expect(bearers()).toEqual(['Bearer older', 'Bearer older']);
});

test('a failed sign-in is reported and tried again', async () => {
  accept('token-of-ada');
  const script = `
    let isSignedIn = false;
    document.querySelector('power-bi-embed').getAccessToken = () => {
      if (isSignedIn) return 'token-of-ada';
      isSignedIn = true;
      throw new Error('interaction needed');
    };`;
  const { event } = await stack.open({ script });
  expect(await event('error')).toMatchObject({ code: 'sign_in_failed', retry_in: 1 });
  await event('rendered');
});

test.each([
  ['include', 'credentials="include"', 'AppServiceAuthSession=cookie'],
  ['no value, which means include', 'credentials', 'AppServiceAuthSession=cookie'],
  ['omit', 'credentials="omit"', undefined],
])('credentials with %s decides whether cookies are sent', async (_, attributes, cookie) => {
  const { context, page, event } = await stack.open({ attributes });
  const { origin } = new URL(stack.src);
  await context.addCookies([{ name: 'AppServiceAuthSession', value: 'cookie', url: origin }]);
  stack.app.reset();
  stack.answer = () => {
    const answer = stack.embedAnswer();
    const headers = {
      'access-control-allow-origin': new URL(page.url()).origin,
      'access-control-allow-credentials': 'true',
    };
    return { ...answer, headers };
  };
  await page.reload();
  await event('rendered');
  expect(stack.asked()[0]?.headers.cookie).toBe(cookie);
});
