import * as oauth from 'oauth4webapi';
import { sendTokenRequest } from '../../src/issuers/token-request.ts';
import type { Fetch } from '../../src/runtime.ts';
import { createSimulatedClock } from '../support/simulated-clock.ts';
import { some } from '../support/some.ts';
import { the } from '../support/the.ts';

interface Sent {
  readonly url: string;
  readonly method: string | undefined;
  readonly body: URLSearchParams;
  readonly raw: string;
  readonly headers: Headers;
}

/** A `fetch` that plays the issuer: it records the requests and gives one answer. */
function createIssuer(answer: () => Response): { fetch: Fetch; sent: Sent[] } {
  const sent: Sent[] = [];
  return {
    sent,
    fetch: (url, init) => {
      const raw = String(init?.body as URLSearchParams);
      sent.push({
        url: url as string,
        method: init?.method,
        raw,
        body: new URLSearchParams(raw),
        headers: new Headers(init?.headers),
      });
      return Promise.resolve(answer());
    },
  };
}

const clock = createSimulatedClock(the.startMs);
const send = (fetch: Fetch, secret = 'secret') =>
  sendTokenRequest(
    { fetch, clock },
    { request: some.tokenRequest(), authentication: oauth.ClientSecretPost(secret) },
    new AbortController().signal,
  );

test('the request is a form with the grant, the scope and the client', async () => {
  const issuer = createIssuer(() => Response.json(some.tokenResponse()));
  await send(issuer.fetch);
  const [sent] = issuer.sent;
  expect([sent?.url, sent?.method, Object.fromEntries(sent?.body ?? [])]).toEqual([
    the.tokenEndpoint,
    'POST',
    { grant_type: 'client_credentials', scope: the.scope, client_id: the.clientId, client_secret: 'secret' },
  ]);
  expect(sent?.headers.get('content-type')).toMatch(/^application\/x-www-form-urlencoded/);
});

test.each(['a+b&c=d%20e', 'ü €', '"quoted"', '~.-_*!', ' leading and trailing ', 'a\nb'])(
  'the secret %j is sent unchanged',
  async (secret) => {
    const issuer = createIssuer(() => Response.json(some.tokenResponse()));
    await send(issuer.fetch, secret);
    expect(issuer.sent[0]?.body.get('client_secret')).toBe(secret);
  },
);

test.each([200, 401, 503])(
  'an answer with HTTP %d is returned unjudged, with the moment before its request',
  async (status) => {
    const issuer = createIssuer(() => new Response('whatever', { status, headers: { 'retry-after': '7' } }));
    const { headers, ...answer } = await send(issuer.fetch);
    expect(answer).toEqual({ status, text: 'whatever', sentAt: clock.now() });
    expect(headers.get('retry-after')).toBe('7');
  },
);

test('an unreachable issuer is an outage', async () => {
  await expect(send(() => Promise.reject(new TypeError('fetch failed')))).rejects.toMatchObject({
    code: 'upstream_unavailable',
    message: 'The token issuer could not be reached.',
  });
});
