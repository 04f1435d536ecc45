import { parseRouteTemplate } from '../../../local/host/route-template.ts';

const matching: [template: string, path: string, params: Record<string, string>][] = [
  ['api/token', '/api/token', {}],
  ['api/token', '/API/Token/', {}],
  ['api/token/{profile?}', '/api/token', {}],
  ['api/token/{profile?}', '/api/token/sales', { profile: 'sales' }],
  ['api/{x=all}', '/api', { x: 'all' }],
  ['api/{x=all}', '/api/some', { x: 'some' }],
  ['api/{id:int}', '/api/-12', { id: '-12' }],
  ['api/{id:int:min(3)?}', '/api', {}],
  ['api/{x:alpha}/end', '/api/abC/end', { x: 'abC' }],
  ['api/{g:guid}', '/api/3f2504e0-4f89-11d3-9a0c-0305e82c3301', { g: '3f2504e0-4f89-11d3-9a0c-0305e82c3301' }],
  ['api/{*rest}', '/api', {}],
  ['api/{*rest}', '/api/a/b/c', { rest: 'a/b/c' }],
  ['api/{**rest}', '/api/a', { rest: 'a' }],
  ['api/{x:length(2,3)}', '/api/ab', { x: 'ab' }],
  ['api/{name}.{ext}', '/api/report.v2.json', { name: 'report', ext: 'v2.json' }],
  ['api/.well-known/{x}', '/api/.well-known/openid', { x: 'openid' }],
];

const other: [template: string, path: string][] = [
  ['api/token', '/api/tokens'],
  ['api/token', '/token'],
  ['api/token/{profile}', '/api/token'],
  ['api/token/{profile}', '/api/token/'],
  ['api/token/{profile}', '/api/token/a/b'],
  ['api/token/{profile?}', '/api/token//'],
  ['api/{id:int}', '/api/12a'],
  ['api/{id:int}', '/api/2147483648'],
  ['api/{id:int:min(3)}', '/api/2'],
  ['api/{x:alpha}', '/api/a1'],
  ['api/{g:guid}', '/api/3f2504e0'],
  ['api/.well-known/{x}', '/api/xwell-known/openid'],
];

test.each(matching)('the template %s takes %s', (template, path, params) => {
  expect(parseRouteTemplate(template).match(path)).toEqual(params);
});

test.each(other)('the template %s does not take %s', (template, path) => {
  expect(parseRouteTemplate(template).match(path)).toBeUndefined();
});

test('a regex constraint may hold braces, slashes and colons', () => {
  const template = parseRouteTemplate('api/{time:regex(^\\d{{2}}:\\d{{2}}$)}');

  expect(template.match('/api/12:30')).toEqual({ time: '12:30' });
  expect(template.match('/api/1:30')).toBeUndefined();
});

test.each([
  ['api/{id:integer}', 'unknown route constraint "integer"'],
  ['api/{id', 'its braces do not pair up'],
  ['api//x', 'it has an empty segment'],
  ['api/{}', '"{}" is no parameter'],
])('the template %s is refused: %s', (template, message) => {
  expect(() => parseRouteTemplate(template)).toThrow(message);
});

test('a literal sorts before a constrained parameter, that before a free one, a catch-all last', () => {
  const templates = ['a/{*rest}', 'a/{x}', 'a/{x:int}', 'a/b', 'a/v{x}'];

  const sorted = templates.toSorted((left, right) =>
    parseRouteTemplate(left).precedence < parseRouteTemplate(right).precedence ? -1 : 1,
  );

  expect(sorted).toEqual(['a/b', 'a/v{x}', 'a/{x:int}', 'a/{x}', 'a/{*rest}']);
});
