import { parseRetryAfterSeconds } from '../../src/upstream/retry-after.ts';

/** Tue, 03 Nov 2026 12:00:00 GMT */
const NOW_MS = Date.UTC(2026, 10, 3, 12, 0, 0);

test.each([
  ['0', 0],
  ['7', 7],
  [' 7 ', 7],
  ['007', 7],
  ['3392', 3392],
  ['86400', 86_400],
  ['86401', 86_400],
  ['99999999999999999999999999', 86_400],
  ['Tue, 03 Nov 2026 12:00:09 GMT', 9],
  ['Tuesday, 03-Nov-26 12:00:09 GMT', 9],
  ['Tue Nov  3 12:00:09 2026', 9],
  ['Tue, 03 Nov 2026 11:00:00 GMT', 0],
  ['Wed, 03 Nov 2027 12:00:00 GMT', 86_400],
])('%j asks for a pause of %d seconds', (header, expected) => {
  expect(parseRetryAfterSeconds(header, NOW_MS)).toBe(expected);
});

test('a date between two seconds is rounded up', () => {
  expect(parseRetryAfterSeconds('Tue, 03 Nov 2026 12:00:09 GMT', NOW_MS + 1)).toBe(9);
});

test.each([
  null,
  undefined,
  '',
  '   ',
  '-5',
  '1.5',
  '1e3',
  '0x10',
  '٣',
  '10s',
  'soon',
  'in 5 seconds',
  'NaN',
  'Infinity',
  '5, 10',
  'Tue, 99 Nov 2026 12:00:09 GMT',
])('%j is invalid and ignored', (header) => {
  expect(parseRetryAfterSeconds(header, NOW_MS)).toBeUndefined();
});
