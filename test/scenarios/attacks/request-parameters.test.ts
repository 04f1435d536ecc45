import { startScenario, type TestRequest } from '../../support/scenario.ts';

const scenario = startScenario();

const json = (body: string): TestRequest => ({
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body,
});
const form = (body: string): TestRequest => ({
  method: 'POST',
  headers: { 'content-type': 'application/x-www-form-urlencoded' },
  body,
});

test.each<[string, TestRequest]>([
  ['as an array in JSON', json('{"min_ttl":[60]}')],
  ['as an object in JSON', json('{"min_ttl":{"valueOf":60}}')],
  ['as null in JSON', json('{"min_ttl":null}')],
  ['as a boolean in JSON', json('{"min_ttl":true}')],
  ['twice in the query', { query: '?min_ttl=60&min_ttl=60' }],
  ['as an array in the query', { query: '?min_ttl=60,60' }],
  ['twice in a form', form('min_ttl=60&min_ttl=60')],
  ['in the query and in the body', { ...json('{"min_ttl":60}'), query: '?min_ttl=60' }],
  ['negative', { query: '?min_ttl=-1' }],
  ['negative in JSON', json('{"min_ttl":-1}')],
  ['huge', { query: '?min_ttl=99999999999999999999' }],
  ['huge in JSON', json('{"min_ttl":1e308}')],
  ['a second too large', { query: '?min_ttl=3601' }],
  ['empty', { query: '?min_ttl=' }],
  ['a fraction', json('{"min_ttl":1.5}')],
  ['with an exponent', { query: '?min_ttl=1e3' }],
  ['in hexadecimal', { query: '?min_ttl=0x10' }],
  ['with a sign', { query: '?min_ttl=%2B60' }],
  ['with spaces', { query: '?min_ttl=%2060' }],
  ['in digits of another script', { query: '?min_ttl=%D9%A6%D9%A0' }],
  ['NaN', { query: '?min_ttl=NaN' }],
  ['Infinity', { query: '?min_ttl=Infinity' }],
])('min_ttl %s', async (_how, request) => {
  const { token } = scenario.startApp();

  const { status, body } = await token(request);

  expect([status, body['code'], body['error']]).toEqual([400, 'invalid_request', 'invalid_request']);
});

test.each([
  '{"__proto__":{"min_ttl":9999}}',
  '{"__proto__":{"isAdmin":true},"constructor":{"prototype":{"min_ttl":9999}}}',
  '{"toString":1,"hasOwnProperty":1}',
])('%s in JSON pollutes no prototype and is ignored', async (body) => {
  const { token } = scenario.startApp();

  const answer = await token(json(body));

  expect([answer.status, answer.body['profile']]).toEqual([200, 'default']);
  expect([({} as Record<string, unknown>)['min_ttl'], ({} as Record<string, unknown>)['isAdmin']]).toEqual([
    undefined,
    undefined,
  ]);
});

test('__proto__ in JSON beside a min_ttl that is out of range does not hide it', async () => {
  const { token } = scenario.startApp();

  expect((await token(json('{"__proto__":{"min_ttl":1},"min_ttl":9999}'))).status).toBe(400);
});

test.each<[string, TestRequest]>([
  ['JSON nested ten thousand deep', json('['.repeat(10_000))],
  ['a body of a megabyte', json(`{"padding":"${'x'.repeat(1_048_576)}"}`)],
  ['a list', json('[]')],
  ['a string', json('"min_ttl"')],
  ['JSON cut off', json('{"min_ttl":')],
])('%s is an invalid request', async (_what, request) => {
  const { token } = scenario.startApp();

  const { status, body } = await token(request);

  expect([status, body['code']]).toEqual([400, 'invalid_request']);
});

test.each([
  'x',
  '../groups',
  'me/datasets?x=',
  '3dab9c18-8f5d-4eb6-acea-1f3e5b6c7d89/reports',
  '%2e%2e',
  'a&workspace=b',
])('a workspace %j does not reach another part of the API of Power BI', async (workspace) => {
  const { request } = scenario.startApp({
    files: {
      'profiles.json': JSON.stringify({
        grants: [{ callers: [{ anyone: true }], profiles: ['default'], actions: ['datasets'] }],
      }),
    },
  });

  const { status, body } = await request('datasetsOfProfile', { query: `?workspace=${encodeURIComponent(workspace)}` });

  expect([status, body['code']]).toEqual([400, 'invalid_request']);
  expect(scenario.powerBi.requests).toEqual([]);
});
