import { toSetCookie } from '../../../local/host/set-cookie.ts';

test('a cookie with only a name and a value is for the whole site', () => {
  expect(toSetCookie({ name: 'a', value: 'x y;z' })).toBe('a=x%20y%3Bz; path=/');
});

test('every attribute of a cookie is written', () => {
  const line = toSetCookie({
    name: 'session',
    value: 'v',
    domain: { value: 'example.com' },
    path: { value: '/api' },
    expires: { value: { seconds: 86_400 } },
    secure: { value: true },
    httpOnly: { value: true },
    sameSite: 'explicitNone',
    maxAge: { value: 60 },
  });

  expect(line).toBe(
    'session=v; expires=Fri, 02 Jan 1970 00:00:00 GMT; max-age=60; domain=example.com; path=/api; secure; samesite=none; httponly',
  );
});
