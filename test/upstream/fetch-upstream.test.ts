import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Fetch } from '../../src/runtime.ts';
import { fetchUpstream, judgeNetworkError, MAX_BODY_BYTES } from '../../src/upstream/fetch-upstream.ts';

const answering =
  (response: Response): Fetch =>
  () =>
    Promise.resolve(response);
const failing =
  (error: Error): Fetch =>
  () =>
    Promise.reject(error);

/** A body that arrives in pieces, and counts how many were read. */
function streamOf(pieces: readonly Uint8Array[]): { stream: ReadableStream<Uint8Array>; taken: () => number } {
  let taken = 0;
  const stream = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        const piece = pieces[taken++];
        if (piece === undefined) controller.close();
        else controller.enqueue(piece);
      },
    },
    { highWaterMark: 0 },
  );
  return { stream, taken: () => taken };
}

test('an answer is read whole, whatever its status', async () => {
  const fetch = answering(new Response('no', { status: 418, headers: { 'x-ms-request-id': 'id' } }));
  const { status, headers, text } = await fetchUpstream(fetch, 'key-vault', 'https://vault', {});
  expect([status, headers.get('x-ms-request-id'), text]).toEqual([418, 'id', 'no']);
});

test('an answer with no body is an empty text', async () => {
  expect((await fetchUpstream(answering(new Response(null, { status: 204 })), 'issuer', 'https://x', {})).text).toBe(
    '',
  );
});

test('a character that the network splits arrives whole', async () => {
  const bytes = new TextEncoder().encode('ü');
  const { stream } = streamOf([bytes.slice(0, 1), bytes.slice(1)]);
  expect((await fetchUpstream(answering(new Response(stream)), 'issuer', 'https://x', {})).text).toBe('ü');
});

test('a 407, which fetch turns into an error without a reason, is an answer', async () => {
  const server = createServer((_, response) => {
    response.writeHead(407).end('Proxy Authentication Required');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const answer = await fetchUpstream(globalThis.fetch, 'issuer', `http://127.0.0.1:${port}/`, {});
  server.close();
  expect(answer).toEqual({ status: 407, headers: new Headers(), text: '' });
});

test('a request that carries a credential follows no redirect', async () => {
  const seen: unknown[] = [];
  const fetch: Fetch = (url, init) => {
    seen.push(url, init);
    return Promise.resolve(new Response());
  };
  await fetchUpstream(fetch, 'issuer', 'https://x', { method: 'POST', redirect: 'follow' });
  expect(seen).toEqual(['https://x', { method: 'POST', redirect: 'manual' }]);
});

test('a body is read to its limit and no further', async () => {
  const piece = new Uint8Array(MAX_BODY_BYTES / 4);
  const { stream, taken } = streamOf(Array.from({ length: 40 }, () => piece));
  await expect(fetchUpstream(answering(new Response(stream)), 'issuer', 'https://x', {})).rejects.toMatchObject({
    code: 'upstream_unavailable',
    message: 'The token issuer answered with more than 1048576 bytes.',
    upstream: { service: 'issuer', status: 200 },
  });
  expect(taken()).toBe(5);
});

test('a body of exactly the limit is accepted', async () => {
  const { stream } = streamOf([new Uint8Array(MAX_BODY_BYTES).fill(97)]);
  const { text } = await fetchUpstream(answering(new Response(stream)), 'issuer', 'https://x', {});
  expect(text).toHaveLength(MAX_BODY_BYTES);
});

test('Power BI has a higher limit: a list of thousands of datasets is a normal answer', async () => {
  const { stream } = streamOf([new Uint8Array(4 * MAX_BODY_BYTES).fill(97)]);
  const { text } = await fetchUpstream(answering(new Response(stream)), 'power-bi', 'https://x', {});
  expect(text).toHaveLength(4 * MAX_BODY_BYTES);
});

test('a body that is cut off is an outage', async () => {
  const stream = new ReadableStream({
    start(controller) {
      controller.enqueue(new TextEncoder().encode('{"access_token":"'));
      controller.error(new TypeError('terminated', { cause: Object.assign(new Error(), { code: 'UND_ERR_SOCKET' }) }));
    },
  });
  await expect(fetchUpstream(answering(new Response(stream)), 'issuer', 'https://x', {})).rejects.toMatchObject({
    message: 'The token issuer could not be reached (UND_ERR_SOCKET).',
    upstream: { service: 'issuer', code: 'UND_ERR_SOCKET' },
  });
});

test('a network error is reported by its code, and never by its text, which may quote the request', async () => {
  const refused = Object.assign(new Error('connect ECONNREFUSED 10.1.2.3 client_secret=hunter2'), {
    code: 'ECONNREFUSED',
  });
  const error = new TypeError('fetch failed client_secret=hunter2', { cause: refused });
  await expect(fetchUpstream(failing(error), 'issuer', 'https://x', {})).rejects.toMatchObject({
    code: 'upstream_unavailable',
    message: 'The token issuer could not be reached (ECONNREFUSED).',
    upstream: { service: 'issuer', code: 'ECONNREFUSED' },
    cause: error,
  });
});

test.each([
  ['ENOTFOUND', 'issuer', /^The host name does not exist: check "issuer" or "tokenEndpoint"/],
  ['EAI_AGAIN', 'key-vault', /DNS/],
  ['ECONNREFUSED', 'issuer', /^No service listens .* check "issuer" or "tokenEndpoint"/],
  ['ECONNREFUSED', 'key-vault', /check KEY_VAULT_URI/],
  ['ETIMEDOUT', 'power-bi', /check POWERBI_API_URL.*firewall/],
  ['UND_ERR_CONNECT_TIMEOUT', 'power-bi', /firewall/],
  ['SELF_SIGNED_CERT_IN_CHAIN', 'issuer', /NODE_EXTRA_CA_CERTS/],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'issuer', /NODE_EXTRA_CA_CERTS/],
  ['EPROTO', 'issuer', /does not use TLS/],
  ['ECONNRESET', 'issuer', /then try again/],
] as const)('the hint for %s of %s says what to check', (code, service, hint) => {
  const error = new TypeError('fetch failed', { cause: Object.assign(new Error('?'), { code }) });
  expect(judgeNetworkError(error, service)).toMatchObject({ hint: expect.stringMatching(hint) as string });
});

test.each([
  ['a cause without a code', new TypeError('fetch failed', { cause: new Error('?') })],
  ['a code that is not text', new TypeError('fetch failed', { cause: Object.assign(new Error('?'), { code: 7 }) })],
  [
    'a code that is not a name',
    new TypeError('fetch failed', { cause: Object.assign(new Error('?'), { code: 'a b' }) }),
  ],
  ['no cause', new TypeError('fetch failed')],
])('with %s, the error says only that the service could not be reached', (_, error) => {
  expect(judgeNetworkError(error, 'issuer')).toMatchObject({
    message: 'The token issuer could not be reached.',
    upstream: { service: 'issuer', code: undefined },
  });
});

test('an error that is not a network error is unchanged', () => {
  const aborted = new DOMException('This operation was aborted', 'AbortError');
  expect(judgeNetworkError(aborted, 'issuer')).toBe(aborted);
});
