import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { askForFirstToken } from '../../../local/start/first-token.ts';

let server: Server;
let url: string;
let answer: { readonly status: number; readonly body: string };
let asked: string | undefined;

beforeAll(async () => {
  server = createServer((request, response) => {
    asked = request.url;
    response.writeHead(answer.status).end(answer.body);
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.close();
});

test.each([
  ['default', '/api/token'],
  ['sales', '/api/token/sales'],
])('the token of the profile %s is asked for, shown shortened, and how to ask again', async (profile, path) => {
  answer = { status: 200, body: '{"access_token":"eyJhbGciOiJSUzI1NiJ9"}' };

  expect((await askForFirstToken(url, profile)).split('\n')).toEqual([
    '',
    `GET ${url}${path} answered 200:`,
    '{',
    '  "access_token": "eyJhbGciOiJS... (20 characters)"',
    '}',
    '',
    `The function app: ${url}/api`,
    `Ask again:        curl ${url}${path}`,
    'Ctrl-C ends everything.',
    '',
  ]);
  expect(asked).toBe(path);
});

test.each([
  [401, "CALLER_AUTH asks for a caller's own token", 'curl -H "Authorization: Bearer $TOKEN" '],
  [403, 'no grant of profiles.json gives it to a caller without an identity', 'curl '],
  [502, 'the answer above says why', 'curl '],
])('an answer %i is shown with where to go from there', async (status, explanation, command) => {
  answer = { status, body: 'no JSON' };

  const lines = await askForFirstToken(url, 'default');

  expect(lines).toContain(`answered ${status}:\n"no JSON"\n`);
  expect(lines).toContain(`\nNo token: ${explanation}`);
  expect(lines).toContain(`\nAsk again:        ${command}${url}/api/token\n`);
});
