import { parseRouteConstraint } from '../../../local/host/route-constraints.ts';

test.each([
  ['int', ['0', '-5', '+7', '2147483647'], ['', '1.5', 'x', '2147483648']],
  ['long', ['9223372036854775807'], ['9223372036854775808']],
  ['bool', ['true', 'FALSE'], ['1', 'yes']],
  ['datetime', ['2026-11-22', '2026-11-22T10:00:00Z'], ['yesterday']],
  ['decimal', ['1.5', '-2'], ['1e3', 'x']],
  ['double', ['1.5e3', '-2'], ['x']],
  ['float', ['.5'], ['five']],
  ['guid', ['3f2504e04f8911d39a0c0305e82c3301', '{3f2504e0-4f89-11d3-9a0c-0305e82c3301}'], ['3f2504e0-4f89']],
  ['alpha', ['abC'], ['a1', 'é']],
  ['required', ['x'], ['']],
  ['length(3)', ['abc'], ['ab', 'abcd']],
  ['length(1,2)', ['a', 'ab'], ['', 'abc']],
  ['minlength(2)', ['ab'], ['a']],
  ['maxlength(2)', ['ab'], ['abc']],
  ['min(3)', ['3', '30'], ['2', 'x']],
  ['max(3)', ['3', '-30'], ['4', 'x']],
  ['range(1,5)', ['1', '5'], ['0', '6', 'x']],
  ['regex(^a.c$)', ['abc', 'ABC'], ['abcd']],
])('the constraint %s lets %j through and holds %j back', (text, good, bad) => {
  const constraint = parseRouteConstraint(text);

  expect([...good, ...bad].filter(constraint)).toEqual(good);
});
