import { clearSplitCookie, readCookies, readSplitCookie, setCookie, setSplitCookie } from '../../src/http/cookies.ts';

const PART = 3_500;

function present(...names: string[]): ReadonlyMap<string, string> {
  return new Map(names.map((name) => [name, 'old']));
}

function split(length: number, cookies = present()): [name: string, length: number, maxAge: number | undefined][] {
  return setSplitCookie('s', { value: 'v'.repeat(length), maxAgeSeconds: 60, present: cookies }).map(
    ({ name, value, maxAge }) => [name, value.length, maxAge],
  );
}

test.each<[string, string | undefined, [string, string | undefined][]]>([
  ['no header', undefined, []],
  ['an empty header', '', []],
  ['one', 'a=1', [['a', '1']]],
  [
    'several',
    'a=1; b=2;c=3',
    [
      ['a', '1'],
      ['b', '2'],
      ['c', '3'],
    ],
  ],
  ['a value with equals signs', 'a=b=c==', [['a', 'b=c==']]],
  ['an empty value', 'a=', [['a', '']]],
  ['a name alone', 'a', [['a', '']]],
  ['no name', '=1; ;', []],
  [
    'a name that appears twice has no value',
    'a=1; b=2; a=3',
    [
      ['a', undefined],
      ['b', '2'],
    ],
  ],
  ['a name that appears three times has no value', 'a=1; a=2; a=1', [['a', undefined]]],
  [
    'tabs and spaces around name and value',
    ' \t a \t = \t 1 \t ; b=2',
    [
      ['a', '1'],
      ['b', '2'],
    ],
  ],
  [
    'U+00A0 belongs to the name',
    'a=1; \u00a0a=2',
    [
      ['a', '1'],
      ['\u00a0a', '2'],
    ],
  ],
  ['U+0085 belongs to the name', '\u0085a=1', [['\u0085a', '1']]],
  ['a vertical tab belongs to the name', '\u000ba=1', [['\u000ba', '1']]],
  [
    'names of members of Object.prototype',
    '__proto__=1; constructor=2',
    [
      ['__proto__', '1'],
      ['constructor', '2'],
    ],
  ],
])('the Cookie header is read: %s', (_, header, expected) => {
  expect([...readCookies(new Headers(header === undefined ? {} : { cookie: header }))]).toEqual(expected);
});

test.each([
  [1, [['s.0', 1, 60]]],
  [PART, [['s.0', PART, 60]]],
  [
    PART + 1,
    [
      ['s.0', PART, 60],
      ['s.1', 1, 60],
    ],
  ],
  [8 * PART, Array.from({ length: 8 }, (_, index) => [`s.${index}`, PART, 60])],
])('%d characters take the fewest possible cookies', (length, expected) => {
  expect(split(length)).toEqual(expected);
});

test('a split value is joined again', () => {
  const value = Array.from({ length: 2_000 }, (_, index) => `${index}.`).join('');
  const cookies = setSplitCookie('s', { value, maxAgeSeconds: 60, present: present() });
  expect(readSplitCookie(new Map(cookies.map((cookie) => [cookie.name, cookie.value])), 's')).toBe(value);
});

test.each([
  ['a longer value left', present('s.0', 's.1', 's.2'), ['s.1', 's.2']],
  ['a longer value left without its first part', present('s.1', 's.2'), ['s.1', 's.2']],
  ['do not follow directly', present('s.0', 's.5'), ['s.5']],
  ['belong to another name', present('t.1', 's', 's.x', 's.8'), []],
])('setting a value clears the parts that %s', (_, cookies, cleared) => {
  expect(split(10, cookies)).toEqual([['s.0', 10, 60], ...cleared.map((name) => [name, 0, 0])]);
});

test('clearing a value clears exactly the parts that exist', () => {
  expect(
    clearSplitCookie('s', present('s.0', 's.3', 't.0')).map(({ name, value, maxAge }) => [name, value, maxAge]),
  ).toEqual([
    ['s.0', '', 0],
    ['s.3', '', 0],
  ]);
});

test('more than eight cookies are not set', () => {
  expect(() => split(8 * PART + 1)).toThrow('larger than all its cookies together');
});

test('a cookie is Secure, HttpOnly, SameSite and for this host only', () => {
  expect(setCookie('__Host-x', 'value', 60)).toEqual({
    name: '__Host-x',
    value: 'value',
    maxAge: 60,
    path: '/',
    httpOnly: true,
    secure: true,
    sameSite: 'Lax',
  });
});
