import { readGrantTypes, readId, readJsonBody, readMinTtlSeconds } from '../../src/http/parameters.ts';
import { some } from '../support/some.ts';

const inQuery = (search: string): Promise<number> => readMinTtlSeconds(some.httpRequest({ search }));
const inJson = (body: string, search = ''): Promise<number> =>
  readMinTtlSeconds(
    some.httpRequest({
      method: 'POST',
      search,
      headers: { 'content-type': 'application/json; charset=utf-8' },
      body: { string: body },
    }),
  );
const inForm = (body: string): Promise<number> =>
  readMinTtlSeconds(
    some.httpRequest({
      method: 'POST',
      headers: { 'content-type': 'Application/X-WWW-Form-Urlencoded' },
      body: { string: body },
    }),
  );

test.each([
  ['', 0],
  ['?min_ttl=0', 0],
  ['?min_ttl=1', 1],
  ['?min_ttl=0600', 600],
  ['?min_ttl=3600', 3600],
  ['?other=7', 0],
  ['?MIN_TTL=7', 0],
])('the query %j asks for %d seconds', async (search, expected) => {
  expect(await inQuery(search)).toBe(expected);
});

test.each([
  ['?min_ttl=', 'is not a whole number'],
  ['?min_ttl=-1', 'is out of range'],
  ['?min_ttl=%2B1', 'is not a whole number'],
  ['?min_ttl=%201', 'is not a whole number'],
  ['?min_ttl=1.5', 'is not a whole number'],
  ['?min_ttl=1e3', 'is not a whole number'],
  ['?min_ttl=0x10', 'is not a whole number'],
  ['?min_ttl=%D9%A3%D9%A0', 'is not a whole number'],
  ['?min_ttl=1,2', 'is not a whole number'],
  ['?min_ttl=NaN', 'is not a whole number'],
  ['?min_ttl=Infinity', 'is not a whole number'],
  ['?min_ttl=3601', 'is out of range'],
  ['?min_ttl=86400', 'is out of range'],
  [`?min_ttl=${'9'.repeat(20)}`, 'is out of range'],
  ['?min_ttl=60&min_ttl=60', 'is given more than once'],
])('the query %j is refused', async (search, what) => {
  await expect(inQuery(search)).rejects.toMatchObject({
    code: 'invalid_request',
    message: `The parameter min_ttl ${what}.`,
    hint: expect.stringContaining('from 0 to 3600') as string,
  });
});

test.each([
  ['{}', 0],
  ['{"min_ttl":60}', 60],
  ['{"min_ttl":60.0}', 60],
  ['{"min_ttl":"60"}', 60],
  ['{"other":[1]}', 0],
  ['{"__proto__":{"min_ttl":60}}', 0],
  ['{"constructor":{"min_ttl":60}}', 0],
  ['', 0],
])('the JSON body %j asks for %d seconds', async (body, expected) => {
  expect(await inJson(body)).toBe(expected);
});

test.each([
  ['{"min_ttl":""}'],
  ['{"min_ttl":null}'],
  ['{"min_ttl":true}'],
  ['{"min_ttl":[60]}'],
  ['{"min_ttl":{"seconds":60}}'],
  ['{"min_ttl":-1}'],
  ['{"min_ttl":1.5}'],
  ['{"min_ttl":1e999}'],
  ['{"min_ttl":3601}'],
  ['{"min_ttl":'],
  ['min_ttl=60'],
  ['[]'],
  ['null'],
  ['"min_ttl"'],
  ['60'],
])('the JSON body %j is refused', async (body) => {
  await expect(inJson(body)).rejects.toMatchObject({ code: 'invalid_request' });
});

test('a min_ttl in the query and in the body is given twice', async () => {
  await expect(inJson('{"min_ttl":60}', '?min_ttl=60')).rejects.toMatchObject({
    message: 'The parameter min_ttl is given more than once.',
  });
});

test.each([
  ['min_ttl=60', 60],
  ['grant_type=client_credentials&client_id=x&client_secret=y&scope=z&min_ttl=60', 60],
  ['grant_type=client_credentials', 0],
])('the form %j asks for %d seconds', async (body, expected) => {
  expect(await inForm(body)).toBe(expected);
});

test.each(['min_ttl=', 'min_ttl=60&min_ttl=60', 'min_ttl=3601'])('the form %j is refused', async (body) => {
  await expect(inForm(body)).rejects.toMatchObject({ code: 'invalid_request' });
});

test.each([
  ['of another content type', 'POST', 'text/plain'],
  ['without a content type', 'POST', ''],
  ['with a method without a body', 'PUT', 'application/json'],
])('a body %s is not read', async (_, method, contentType) => {
  const headers = { 'content-type': contentType };
  const request = some.httpRequest({ method, headers, body: { string: '{"min_ttl":60}' } });
  expect(await readMinTtlSeconds(request)).toBe(0);
});

test('a body above the size limit is refused', async () => {
  await expect(inJson(`{"other":"${'a'.repeat(65_536)}"}`)).rejects.toMatchObject({
    code: 'invalid_request',
    message: 'The request body is longer than 65536 characters.',
  });
});

describe('a POST whose Content-Length is above the size limit', () => {
  const FORM = 'application/x-www-form-urlencoded';
  const long = (contentType: string) =>
    some.httpRequest({
      method: 'POST',
      headers: { 'content-type': contentType, 'content-length': '65537' },
      body: { string: 'grant_type=client_credentials' },
    });
  const TOO_LONG = { code: 'invalid_request', message: 'The request body is longer than 65536 characters.' };

  test('is refused before its body is read', async () => {
    await expect(readMinTtlSeconds(long(FORM))).rejects.toMatchObject(TOO_LONG);
    await expect(readJsonBody(long('application/json'))).rejects.toMatchObject(TOO_LONG);
  });

  test('has no grant type', async () => {
    expect(await readGrantTypes(long(FORM))).toEqual([]);
  });
});

test('a body that is longer than its Content-Length is refused, and has no grant type', async () => {
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const long = () =>
    some.httpRequest({ method: 'POST', headers, body: { string: `grant_type=${'a'.repeat(65_536)}` } });

  expect(await readGrantTypes(long())).toEqual([]);
  await expect(readJsonBody(long())).rejects.toMatchObject({ code: 'invalid_request' });
});

test('the grant types of a form are read, and its body can be read again', async () => {
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const request = some.httpRequest({
    method: 'POST',
    headers,
    body: { string: 'grant_type=client_credentials&grant_type=password&min_ttl=60' },
  });

  expect(await readGrantTypes(request)).toEqual(['client_credentials', 'password']);
  expect(await readMinTtlSeconds(request)).toBe(60);
});

test.each(['', '{', 'reports'])('%j is not a JSON body', async (string) => {
  const request = some.httpRequest({ method: 'POST', body: { string } });

  await expect(readJsonBody(request)).rejects.toMatchObject({
    code: 'invalid_request',
    message: 'The request body is not valid JSON.',
  });
});

test('an id is returned in lower case', () => {
  expect(readId({ workspace: '3DAB9C18-8F5D-4EB6-ACEA-1F3E5B6C7D89' }, 'workspace')).toBe(
    '3dab9c18-8f5d-4eb6-acea-1f3e5b6c7d89',
  );
});

test.each([undefined, '', 'me', '3dab9c18-8f5d-4eb6-acea-1f3e5b6c7d89/..'])('%j is not an id', (workspace) => {
  expect(() => readId({ workspace }, 'workspace')).toThrow('The parameter workspace must be a GUID.');
});
