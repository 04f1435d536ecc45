import { seed, startScenario, type TestAnswer, type TestRequest } from '../support/scenario.ts';
import { ENTRA_CALLERS } from '../support/entra-callers.ts';
import { startForeignIssuer } from '../support/start-foreign-issuer.ts';

const scenario = startScenario();

/** A form as OAuth client libraries post it. The app ignores `client_id` and `client_secret`. */
function post(body: string, request: TestRequest = {}): TestRequest {
  const headers = { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8', ...request.headers };
  return { ...request, method: 'POST', headers, body };
}
const usual = 'grant_type=client_credentials&client_id=any&client_secret=any';

const contentTypeOf = ({ headers }: TestAnswer): string | null => headers.get('content-type');

test.each([
  ['/api/token', '/api/token'],
  ['/api/token/{profile}', '/api/token/default'],
  ['/api/tokens/GetAccessToken', '/api/tokens/GetAccessToken'],
])('%s answers a stock OAuth client with exactly the members that such clients expect', async (_, path) => {
  const { visit } = scenario.startApp();
  const answer = await visit(path, post(`${usual}&min_ttl=60&scope=ignored`));
  const { access_token, expires_in, expires_on, refresh_in, ...others } = answer.body;
  expect([answer.status, contentTypeOf(answer)]).toEqual([200, 'application/json']);
  expect(access_token).toMatch(/^ey/);
  expect([expires_in, expires_on, refresh_in].every(Number.isInteger)).toBe(true);
  expect(others).toEqual({ token_type: 'Bearer', scope: 'https://analysis.windows.net/powerbi/api/.default' });
});

test('scope is left out if none was requested from the issuer', async () => {
  const issuer = await startForeignIssuer();
  const profile = {
    grant: 'client_credentials',
    issuer: issuer.url,
    clientId: seed.app.clientId,
    credential: { secret: seed.app.secretName },
  };
  const { visit } = scenario.startApp({
    settings: { POWERBI_TENANT_ID: undefined, POWERBI_CLIENT_ID: undefined },
    files: { 'profiles.json': JSON.stringify({ profiles: { default: profile } }) },
  });
  const answer = await visit('/api/token', post(usual));
  await issuer.close();
  expect([answer.status, Object.keys(answer.body)]).toEqual([
    200,
    ['access_token', 'token_type', 'expires_in', 'expires_on', 'refresh_in'],
  ]);
});

test('without grant_type the answer is the usual one', async () => {
  const { visit } = scenario.startApp();
  const answer = await visit('/api/token', post('client_id=any'));
  expect(Object.keys(answer.body)).toEqual(expect.arrayContaining(['expires_at', 'profile']));
});

test('a grant_type in JSON or in the query does not mark a stock OAuth client', async () => {
  const { visit } = scenario.startApp();
  const json = { 'content-type': 'application/json' };
  const answers = [
    await visit('/api/token', { method: 'POST', headers: json, body: '{"grant_type":"password"}' }),
    await visit('/api/token?grant_type=password', post('min_ttl=0')),
  ];
  expect(answers.map(({ status, body }) => [status, body['profile']])).toEqual(Array(2).fill([200, 'default']));
});

test.each([
  ['password', 'grant_type=password&username=u&password=p', 'unsupported_grant_type'],
  ['refresh_token', 'grant_type=refresh_token&refresh_token=r', 'unsupported_grant_type'],
  ['an empty one', 'grant_type=', 'unsupported_grant_type'],
  ['two of them', `${usual}&grant_type=client_credentials`, 'invalid_request'],
])('grant_type %s is refused with the error code of RFC 6749', async (_, form, error) => {
  const { visit } = scenario.startApp();
  const answer = await visit('/api/token', post(form));
  expect([answer.status, contentTypeOf(answer)]).toEqual([400, 'application/json']);
  expect(answer.body).toMatchObject({ code: 'invalid_request', error, error_description: answer.body['detail'] });
});

test('every error for a stock OAuth client is application/json, with the members of a problem', async () => {
  const { visit } = scenario.startApp();
  const answer = await visit('/api/token/unknown', post(usual));
  expect([answer.status, contentTypeOf(answer)]).toEqual([404, 'application/json']);
  expect(answer.body).toMatchObject({
    type: 'urn:powerbi-token-function:error:unknown_profile',
    status: 404,
    code: 'unknown_profile',
    error: 'invalid_request',
    request_id: expect.any(String),
  });
});

test('the client_secret of a stock OAuth client does not authenticate it: without a bearer token the error is invalid_client', async () => {
  const { visit } = scenario.startApp({ settings: ENTRA_CALLERS });
  const answer = await visit('/api/token', post(usual));
  expect([answer.status, contentTypeOf(answer), answer.body['error']]).toEqual([
    401,
    'application/json',
    'invalid_client',
  ]);
  expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer /);
});

test('the error of faulty settings is application/json for a stock OAuth client, too', async () => {
  const { visit } = scenario.startApp({ settings: { POWERBI_CLIENT_ID: 'no id' } });
  const answer = await visit('/api/token', post(usual));
  expect([answer.status, contentTypeOf(answer), answer.body['error']]).toEqual([
    500,
    'application/json',
    'server_error',
  ]);
});
