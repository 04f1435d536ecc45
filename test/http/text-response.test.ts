import { toTextResponse } from '../../src/http/text-response.ts';

test('the worker gets the bytes of the text', async () => {
  const response = toTextResponse({ status: 401, headers: { 'Content-Type': 'text/plain' }, body: 'Prüfe es' });
  expect(Buffer.from(await response.arrayBuffer())).toEqual(Buffer.from('Prüfe es'));
});

test('status, headers and cookies are those of the answer', () => {
  const cookies = [{ name: 'session', value: 'sealed' }];
  const response = toTextResponse({ status: 302, headers: { Location: '/there' }, cookies });
  expect([response.status, [...response.headers], response.cookies]).toEqual([302, [['location', '/there']], cookies]);
});

test('an answer without a text has an empty body', async () => {
  expect((await toTextResponse({ status: 204 }).arrayBuffer()).byteLength).toBe(0);
});
