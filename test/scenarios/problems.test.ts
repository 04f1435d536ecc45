import { resetAll } from '../support/asked-upstream.ts';
import { seed, startScenario, type TestAnswer, type TestRequest } from '../support/scenario.ts';

const scenario = startScenario();
beforeEach(() => {
  resetAll(scenario);
});

const json = { 'content-type': 'application/json' };
const form = { 'content-type': 'application/x-www-form-urlencoded' };
const post = (headers: Readonly<Record<string, string>>, body: string, query = ''): TestRequest => ({
  method: 'POST',
  headers,
  body,
  query,
});

const ALWAYS = {
  'content-type': 'application/problem+json',
  'cache-control': 'no-store',
  pragma: 'no-cache',
  'x-content-type-options': 'nosniff',
};

function seen({ status, headers, body }: TestAnswer): Record<string, unknown> {
  return { status, headers: Object.fromEntries(headers), body };
}

const NOT_WHOLE = 'The parameter min_ttl is not a whole number.';
const OUT_OF_RANGE = 'The parameter min_ttl is out of range.';
const TWICE = 'The parameter min_ttl is given more than once.';
const NO_JSON = 'The request body is not valid JSON.';
const NO_OBJECT = 'The request body is not a JSON object.';

const INVALID: readonly [string, TestRequest, string][] = [
  ['a word', { query: '?min_ttl=soon' }, NOT_WHOLE],
  ['nothing', { query: '?min_ttl=' }, NOT_WHOLE],
  ['a fraction', { query: '?min_ttl=1.5' }, NOT_WHOLE],
  ['a negative number', { query: '?min_ttl=-1' }, OUT_OF_RANGE],
  ['a plus sign', { query: '?min_ttl=%2B1' }, NOT_WHOLE],
  ['blanks', { query: '?min_ttl=%2060' }, NOT_WHOLE],
  ['another notation', { query: '?min_ttl=0x10' }, NOT_WHOLE],
  ['digits of another script', { query: '?min_ttl=%D9%A1%D9%A2' }, NOT_WHOLE],
  ['more than an hour', { query: '?min_ttl=3601' }, OUT_OF_RANGE],
  ['twice in the query', { query: '?min_ttl=1&min_ttl=1' }, TWICE],
  ['in query and body', post(json, '{"min_ttl":60}', '?min_ttl=60'), TWICE],
  ['twice in a form', post(form, 'min_ttl=1&min_ttl=2'), TWICE],
  ['empty in a form', post(form, 'min_ttl='), NOT_WHOLE],
  ['null in JSON', post(json, '{"min_ttl":null}'), NOT_WHOLE],
  ['true in JSON', post(json, '{"min_ttl":true}'), NOT_WHOLE],
  ['a list in JSON', post(json, '{"min_ttl":[60]}'), NOT_WHOLE],
  ['a fraction in JSON', post(json, '{"min_ttl":0.5}'), NOT_WHOLE],
  ['negative in JSON', post(json, '{"min_ttl":-1}'), OUT_OF_RANGE],
  ['more than an hour in JSON', post(json, '{"min_ttl":1e9}'), OUT_OF_RANGE],
  ['JSON that is cut off', post(json, '{"min_ttl":'), NO_JSON],
  ['JSON that is a list', post(json, '[]'), NO_OBJECT],
  ['JSON that is null', post(json, 'null'), NO_OBJECT],
  [
    'a body above the size limit',
    post(json, `{"a":"${'x'.repeat(70_000)}"}`),
    'The request body is longer than 65536 characters.',
  ],
];

test.each(INVALID)('min_ttl: %s is an invalid request', async (_, request, detail) => {
  expect(seen(await scenario.startApp().token(request))).toEqual({
    status: 400,
    headers: ALWAYS,
    body: {
      type: 'urn:powerbi-token-function:error:invalid_request',
      title: 'The request is not valid',
      status: 400,
      detail,
      code: 'invalid_request',
      hint: expect.any(String),
      error: 'invalid_request',
      error_description: detail,
      request_id: expect.stringMatching(/^[\da-f-]{36}$/),
    },
  });
  expect(scenario.entra.requests).toEqual([]);
});

test.each([
  ['other members of a query', { query: '?foo=1&code=a-function-key-of-the-host' }],
  ['a body of another content type', post({ 'content-type': 'text/plain' }, 'min_ttl=soon')],
  ['a POST without a body', { method: 'POST' }],
  ['a member with the name of an inherited property', post(json, '{"__proto__":{"min_ttl":"soon"}}')],
])('%s do not change the answer', async (_, request: TestRequest) => {
  expect((await scenario.startApp().token(request)).status).toBe(200);
});

test('an unknown profile is quoted if its name is well-formed', async () => {
  const name = 'constructor';
  expect(seen(await scenario.startApp().token({ params: { profile: name } }))).toEqual({
    status: 404,
    headers: ALWAYS,
    body: {
      type: 'urn:powerbi-token-function:error:unknown_profile',
      title: 'No profile of that name',
      status: 404,
      detail: 'There is no profile "constructor".',
      code: 'unknown_profile',
      hint: expect.stringContaining('profiles.json'),
      error: 'invalid_request',
      error_description: "There is no profile 'constructor'.",
      request_id: expect.any(String),
    },
  });
});

test('the profile default may be named', async () => {
  expect((await scenario.startApp().token({ params: { profile: 'default' } })).body).toMatchObject({
    profile: 'default',
  });
});

test.each(['HEAD', 'PUT', 'PATCH', 'DELETE'])(
  '%s is not allowed on a token route, and Allow lists the allowed methods',
  async (method) => {
    expect(seen(await scenario.startApp().token({ method }))).toEqual({
      status: 405,
      headers: { ...ALWAYS, allow: 'GET, POST' },
      body: {
        type: 'urn:powerbi-token-function:error:method_not_allowed',
        title: 'Method not allowed',
        status: 405,
        detail: `${method} is not allowed here.`,
        code: 'method_not_allowed',
        hint: 'Use GET or POST.',
        error: 'server_error',
        error_description: `${method} is not allowed here.`,
        request_id: expect.any(String),
      },
    });
  },
);

test.each([
  ['health', 'GET, HEAD'],
  ['readiness', 'GET'],
  ['openapi', 'GET'],
  ['datasetsOfProfile', 'GET'],
] as const)('a wrong method on %s is reported without OAuth members', async (handler, allow) => {
  const { headers, body } = await scenario.startApp().request(handler, { method: 'DELETE' });
  expect(headers.get('Allow')).toBe(allow);
  expect(Object.keys(body).sort()).toEqual(['code', 'detail', 'hint', 'request_id', 'status', 'title', 'type']);
});

interface IssuerRefusal {
  readonly name: string;
  readonly status?: number;
  readonly answer: Readonly<Record<string, unknown>>;
  readonly expected: Readonly<Record<string, unknown>>;
}

const ISSUER_REFUSALS: readonly IssuerRefusal[] = [
  {
    name: 'a known code',
    answer: { error: 'unauthorized_client', error_codes: [700016], error_description: 'AADSTS700016: Application …' },
    expected: {
      code: 'issuer_rejected',
      detail: 'The token issuer refused (AADSTS700016): no such application in this tenant.',
      upstream: { service: 'issuer', status: 400, code: 'AADSTS700016' },
    },
  },
  {
    name: 'an unknown code',
    answer: { error: 'invalid_request', error_description: 'AADSTS999999: What is this?' },
    expected: {
      code: 'issuer_rejected',
      detail: 'The token issuer refused (AADSTS999999): the request was refused.',
      upstream: { service: 'issuer', status: 400, code: 'AADSTS999999' },
    },
  },
  {
    name: 'a transient error of Entra with the status of a refusal',
    answer: { error: 'invalid_grant', error_codes: [90033], error_description: 'AADSTS90033: MsodsServiceUnavailable' },
    expected: {
      code: 'upstream_unavailable',
      detail: 'The token issuer is not available (AADSTS90033): Entra has a temporary error.',
      upstream: { service: 'issuer', status: 400, code: 'AADSTS90033' },
    },
  },
  {
    name: 'text instead of a code',
    answer: { error: `no ${seed.app.secret}`, error_description: seed.app.secret, correlation_id: seed.app.secret },
    expected: {
      code: 'issuer_rejected',
      detail: 'The token issuer refused (HTTP 400): the request was refused.',
      upstream: { service: 'issuer', status: 400 },
    },
  },
  {
    name: 'a redirect',
    status: 302,
    answer: { location: 'elsewhere' },
    expected: {
      code: 'issuer_rejected',
      detail: 'The token issuer refused (HTTP 302): the request was refused.',
      upstream: { service: 'issuer', status: 302 },
    },
  },
];

test.each(ISSUER_REFUSALS)(
  '$name of the issuer is passed on as a code and ids',
  async ({ status = 400, answer, expected }) => {
    scenario.entra.failWith({ kind: 'status', status, headers: { location: 'https://localhost/' }, body: answer });
    const { body } = await scenario.startApp().token();
    expect({ code: body['code'], detail: body['detail'], upstream: body['upstream'] }).toEqual(expected);
  },
);

test('an identity that does not exist is a wrong setting', async () => {
  const app = scenario.startApp();
  scenario.identityEndpoint.unassign(app.identityClientId);
  const detail =
    'The managed identity endpoint knows no identity with this client id (AZURE_CLIENT_ID, or the one that the profile names) (HTTP 400).';
  expect(seen(await app.token())).toEqual({
    status: 500,
    headers: ALWAYS,
    body: {
      type: 'urn:powerbi-token-function:error:misconfigured',
      title: 'The function app is not set up correctly',
      status: 500,
      detail,
      code: 'misconfigured',
      hint: expect.stringContaining('AZURE_CLIENT_ID'),
      error: 'server_error',
      error_description: detail,
      upstream: { service: 'identity-endpoint', status: 400, correlation_id: expect.any(String) },
      request_id: expect.any(String),
    },
  });
});

test('a refusal of Power BI is reported with what to change there', async () => {
  scenario.powerBi.allowServicePrincipals = false;
  const profiles = {
    grants: [{ callers: [{ anyone: true }], profiles: ['default'], actions: ['datasets'] }],
    profiles: {},
  };
  const app = scenario.startApp({ files: { 'profiles.json': JSON.stringify(profiles) } });
  const { status, headers, body } = await app.request('datasetsOfProfile', {
    query: `?workspace=${seed.workspace.id}`,
  });
  scenario.powerBi.allowServicePrincipals = true;
  expect({ status, headers: Object.fromEntries(headers), body }).toEqual({
    status: 502,
    headers: ALWAYS,
    body: {
      type: 'urn:powerbi-token-function:error:powerbi_rejected',
      title: 'Power BI rejected the request',
      status: 502,
      detail: 'Power BI rejected the request (PowerBINotAuthorizedException).',
      code: 'powerbi_rejected',
      hint: expect.stringContaining('Service principals can call Fabric public APIs'),
      upstream: {
        service: 'power-bi',
        status: 401,
        code: 'PowerBINotAuthorizedException',
        correlation_id: expect.stringMatching(/^[\da-f-]{36}$/),
      },
      request_id: expect.any(String),
    },
  });
});

test('hints and the OpenAPI document name the paths with the prefix that callers use', async () => {
  const settings = { PUBLIC_URL: 'https://bi.contoso.com/power', POWERBI_TENANT_ID: 'not a tenant' };
  const app = scenario.startApp({ settings });
  const [refused, openapi] = await Promise.all([app.token(), app.request('openapi')]);
  expect([refused.body['code'], refused.body['hint']]).toEqual([
    'misconfigured',
    expect.stringContaining(' /power/health/ready shows '),
  ]);
  expect(openapi.body['servers']).toEqual([{ url: '/power' }]);
});
