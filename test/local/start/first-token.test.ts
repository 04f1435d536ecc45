import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { requestFirstToken } from '../../../local/start/first-token.ts';

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

const token = { access_token: 'eyJhbGciOiJSUzI1NiJ9', expires_in: 3598, profile: 'sales' };

test('a token is shown shortened, with its profile and its lifetime', async () => {
  answer = { status: 200, body: JSON.stringify(token) };

  expect(await requestFirstToken(`${url}/api/token/sales`)).toEqual({
    status: 200,
    summary: 'eyJhbGciOiJS... (20 characters) of the profile "sales", valid for 59 min',
    advice: [],
    command: `curl ${url}/api/token/sales`,
  });
  expect(asked).toBe('/api/token/sales');
});

const problem = { code: 'the_code', detail: 'The detail.', hint: 'The hint.' };

test.each([
  [
    401,
    ['CALLER_AUTH requires a token of the caller. docs/callers.md says how to get one for this machine.', 'The hint.'],
    '-H "Authorization: Bearer $TOKEN" ',
  ],
  [
    403,
    [
      'No grant in profiles.json allows this request without a caller identity. Add a grant with "anyone": true, or set',
      'CALLER_AUTH=entra and send a token: docs/callers.md.',
    ],
    '',
  ],
  [502, ['The hint.'], ''],
])('a %i is shown with its reason and what to do', async (status, advice, header) => {
  answer = { status, body: JSON.stringify(problem) };

  const result = await requestFirstToken(`${url}/api/token`);

  expect(result).toEqual({
    status,
    summary: `none: ${status} the_code The detail.`,
    advice,
    command: `curl ${header}${url}/api/token`,
  });
});

test('an answer that is not JSON is shown unchanged', async () => {
  answer = { status: 500, body: 'a proxy' };

  expect((await requestFirstToken(`${url}/api/token`)).summary).toBe('none: 500 a proxy');
});
