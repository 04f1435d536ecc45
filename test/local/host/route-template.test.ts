import { parseRouteTemplate } from '../../../local/host/route-template.ts';

const matching: [template: string, path: string, params: Record<string, string>][] = [
  ['api/token', '/api/token', {}],
  ['api/token', '/API/Token/', {}],
  ['api/token/{profile?}', '/api/token', {}],
  ['api/token/{profile?}', '/api/token/sales', { profile: 'sales' }],
  ['api/{workspace}/dashboards/{id}', '/api/w/dashboards/d', { workspace: 'w', id: 'd' }],
  ['api/.well-known/{x}', '/api/.well-known/openid', { x: 'openid' }],
];

const other: [template: string, path: string][] = [
  ['api/token', '/api/tokens'],
  ['api/token', '/token'],
  ['api/token/{profile}', '/api/token'],
  ['api/token/{profile}', '/api/token/'],
  ['api/token/{profile}', '/api/token/a/b'],
  ['api/token/{profile?}', '/api/token//'],
  ['api/{workspace}/dashboards/{id}', '/api/w/reports/d'],
  ['api/.well-known/{x}', '/api/xwell-known/openid'],
];

test.each(matching)('the template %s matches %s', (template, path, params) => {
  expect(parseRouteTemplate(template).match(path)).toEqual(params);
});

test.each(other)('the template %s does not match %s', (template, path) => {
  expect(parseRouteTemplate(template).match(path)).toBeUndefined();
});

test.each([
  ['a constraint', 'api/{id:int}', 'the segment "{id:int}" is not supported here'],
  ['a default', 'api/{x=all}', 'the segment "{x=all}" is not supported here'],
  ['a catch-all', 'api/{*rest}', 'the segment "{*rest}" is not supported here'],
  ['a parameter beside text', 'api/{name}.json', 'the segment "{name}.json" is not supported here'],
  ['braces that do not pair up', 'api/{id', 'the segment "{id" is not supported here'],
  ['an empty segment', 'api//x', 'the segment "" is not supported here'],
  ['an optional parameter before the end', 'api/{x?}/y', 'the optional parameter "{x?}" is only supported at the end'],
])('a template with %s is refused', (_what, template, message) => {
  expect(() => parseRouteTemplate(template)).toThrow(message);
});
