import { pathOfTarget } from '../../../local/host/request-path.ts';

test.each([
  ['/api/token?code=x%2Fy', '/api/token'],
  ['/api/%74oken', '/api/token'],
  ['/api/a%2Fb%2fc', '/api/a%2Fb%2fc'],
  ['/api/gr%C3%BC%C3%9Fe', '/api/grüße'],
  ['/api/%FF', '/api/%FF'],
  ['/api/x/../token', '/api/token'],
  ['/api/./token/', '/api/token/'],
  ['/api/%2e%2e/token', '/token'],
  ['/api/.well-known', '/api/.well-known'],
])('the target %s is routed by the path %s', (target, path) => {
  expect(pathOfTarget(target)).toBe(path);
});
