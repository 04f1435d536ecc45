import { memberOf, parseJson } from '../src/json.ts';

test.each([
  ['{"a":1}', { a: 1 }],
  ['null', null],
  ['"text"', 'text'],
  ['', undefined],
  ['<html></html>', undefined],
  ['{"a":', undefined],
  [null, undefined],
  [undefined, undefined],
])('the value of %j', (text, expected) => {
  expect(parseJson(text)).toEqual(expected);
});

test.each([
  ['an own member', { error: 'x' }, 'error', 'x'],
  ['an inherited one', {}, 'toString', undefined],
  ['the prototype', {}, '__proto__', undefined],
  ['a member of null', null, 'error', undefined],
  ['a member of nothing', undefined, 'error', undefined],
  ['a member of a text', 'text', 'length', undefined],
])('%s', (_, value, name, expected) => {
  expect(memberOf(value, name)).toEqual(expected);
});
