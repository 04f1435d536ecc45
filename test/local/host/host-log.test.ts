import { createConsoleLog, escapeControls } from '../../../local/host/host-log.ts';

test.each([
  ['an escape sequence', '\u001b[2J\u009bH', '\\u{1b}[2J\\u{9b}H'],
  ['a carriage return', 'GET /\rforged', 'GET /\\u{d}forged'],
  ['text that runs backwards', 'a\u202eb', 'a\\u{202e}b'],
  ['a line separator', 'a\u2028b', 'a\\u{2028}b'],
  ['a line break, after which the text is indented', 'Error\n[2026] forged', 'Error\n  [2026] forged'],
  ['ordinary text, unchanged', 'grüße 日本', 'grüße 日本'],
])('control characters are escaped: %s', (_what, text, expected) => {
  expect(escapeControls(text)).toBe(expected);
});

test('a path with a line break stays on its line', () => {
  const lines: string[] = [];
  const log = createConsoleLog((line) => lines.push(line));
  log({
    kind: 'request',
    method: 'GET',
    path: '/api/\r\u001b[31mx',
    status: 404,
    durationMs: 1,
    invocationId: undefined,
    userAgent: undefined,
    refusedOrigin: undefined,
  });

  expect(lines).toEqual([expect.stringMatching(/^\[\S+Z\] GET \/api\/\\u\{d\}\\u\{1b\}\[31mx 404 1 ms\n$/)]);
});
