import type { HostLogEntry } from '../../../local/host/host-log.ts';
import { createReadableLog, type LogLine } from '../../../local/start/readable-log.ts';

const now = new Date(2026, 10, 26, 14, 20, 5);

function linesOf(entries: readonly HostLogEntry[], isVerbose = false): LogLine[] {
  const lines: LogLine[] = [];
  const log = createReadableLog({
    write: (line) => lines.push(line),
    isVerbose,
    hiddenUserAgent: 'hidden',
    now: () => now,
  });
  for (const entry of entries) log(entry);
  return lines;
}

type Request = Extract<HostLogEntry, { kind: 'request' }>;

function request(status: number, members: Partial<Request> = {}): Request {
  return {
    kind: 'request',
    method: 'GET',
    path: '/api/token',
    status,
    durationMs: 2.6,
    invocationId: 'one',
    userAgent: 'curl',
    refusedOrigin: undefined,
    ...members,
  };
}

function message(event: unknown, level: 'information' | 'warning' | 'error', invocationId?: string): HostLogEntry {
  const text = typeof event === 'string' ? event : JSON.stringify(event);
  return {
    kind: 'message',
    level,
    category: 'user',
    message: text,
    ...(invocationId === undefined ? {} : { invocationId }),
  };
}

test('a request is one line with time, method, path, status, duration, caller and cache', () => {
  const issued = { event: 'token.issued', outcome: 'issued', caller: 'key', cache: 'hit' };

  expect(linesOf([message(issued, 'information', 'one'), request(200)])).toEqual([
    { level: 'info', text: '14:20:05  GET  /api/token  200  3 ms  key  hit' },
  ]);
});

test('a caller with a token is shown by its object id, which grants name', () => {
  const caller = '3f1c9a52-7a4e-4b0d-9d52-0c1e5a7b8d11/8d4e1f8a-52c1-4f0e-8f53-6b1d0c9a7e21';
  const issued = { event: 'token.issued', outcome: 'issued', caller };

  expect(linesOf([message(issued, 'information', 'one'), request(200)])[0]?.text).toMatch(
    / {2}3 ms {2}8d4e1f8a-52c1-4f0e-8f53-6b1d0c9a7e21$/,
  );
});

test('what a browser sends by itself is not shown', () => {
  expect(linesOf([request(404, { path: '/favicon.ico' }), request(204, { method: 'OPTIONS' })])).toEqual([]);
});

test.each(['OPTIONS', 'GET'])('a %s request that the browser blocks says what to add to Host.CORS', (method) => {
  const [line] = linesOf([request(method === 'GET' ? 200 : 204, { method, refusedOrigin: 'http://localhost:3000' })]);
  expect(line?.level).toBe('warn');
  expect(line?.text).toContain('\n          → The browser does not give this answer to pages of http://localhost:3000');
});

test('a refusal also has its code, its reason and its hint', () => {
  const refused = {
    event: 'token.refused',
    outcome: 'refused',
    caller: 'key',
    code: 'secret_expired',
    detail: 'It has expired.',
    hint: 'Add a new one.',
  };

  expect(linesOf([message(refused, 'warning', 'one'), request(502)])).toEqual([
    {
      level: 'error',
      text: '14:20:05  GET  /api/token  502  3 ms  key  secret_expired: It has expired.\n          → Add a new one.',
    },
  ]);
});

test.each([
  [
    'no grants',
    'there are no grants, and without them the app issues only the token of "default"',
    'Give the request_id to the operator.',
    'Write "grants" in profiles.json. To try the example: cp profiles.example.json profiles.json',
  ],
  [
    'a grant that does not match',
    'grant "sales": the action is not in it',
    'Give the request_id to the operator.',
    'Change "grants" in profiles.json. docs/callers.md explains grants.',
  ],
  [
    'a caller that needs no grant but another token',
    'no delegated bearer token (claim scp) to exchange',
    'Call with a token of a person.',
    'Call with a token of a person.',
  ],
])(
  'a forbidden request has its reason, and advice for the developer instead of a hint to ask the operator: %s',
  (...row) => {
    const [, reason, hint, advice] = row;
    const refused = {
      event: 'token.refused',
      outcome: 'refused',
      code: 'forbidden',
      detail: 'No.',
      reason,
      hint,
    };

    expect(linesOf([message(refused, 'warning', 'one'), request(403)])).toEqual([
      {
        level: 'warn',
        text: `14:20:05  GET  /api/token  403  3 ms  forbidden: No.\n          → Reason: ${reason}.\n          → ${advice}`,
      },
    ]);
  },
);

test('a caller with a function key, whose grant needs a claim, needs another CALLER_AUTH', () => {
  const refused = {
    event: 'embed.refused',
    outcome: 'refused',
    caller: 'key',
    code: 'forbidden',
    detail: 'No.',
    reason: 'grant "embed-sales": the caller has no single claim oid',
    hint: 'Give the request_id to the operator.',
  };

  expect(linesOf([message(refused, 'warning', 'one'), request(403)])[0]?.text).toMatch(
    / → A caller with a function key has no claims\. Set CALLER_AUTH=entra, and send a token of the caller: docs\/callers\.md\.$/,
  );
});

test.each([
  ['a sentence', 'there is no sign-in profile', '\n          → Reason: there is no sign-in profile.'],
  ['a code, whose meaning is in the detail', 'form', ''],
])('another refusal has its hint, and its reason unless that is only a code: %s', (_what, reason, line) => {
  const refused = { event: 'token.refused', outcome: 'refused', code: 'unauthorized', detail: 'No.' };
  const event = { ...refused, reason, hint: 'Send a token.' };

  expect(linesOf([message(event, 'warning', 'one'), request(401)]).map(({ text }) => text)).toEqual([
    `14:20:05  GET  /api/token  401  3 ms  unauthorized: No.${line}\n          → Send a token.`,
  ]);
});

test('a refusal that the app counts without a line has the code of the one before', () => {
  const refused = { event: 'token.refused', outcome: 'refused', code: 'unauthorized', detail: 'No.' };

  expect(linesOf([message(refused, 'warning', 'one'), request(401), request(401)])[1]).toEqual({
    level: 'warn',
    text: '14:20:05  GET  /api/token  401  3 ms  the answer says why',
  });
});

test.each([
  ['a function ran', 503, 'one', 'error', '  the answer says why'],
  ['no route has the path', 404, undefined, 'warn', '  no route has this path'],
  ['the host refused it', 414, undefined, 'warn', ''],
] as const)(
  'a refusal without a line of the app says what is known: %s',
  (_what, status, invocationId, level, text) => {
    expect(linesOf([request(status, { invocationId })])).toEqual([
      { level, text: `14:20:05  GET  /api/token  ${status}  3 ms${text}` },
    ]);
  },
);

test('an error in the settings is shown as it is, marked with "!"', () => {
  const invalid = {
    level: 'error',
    event: 'settings.invalid',
    detail: 'CALLER_AUTH must be key.',
    hint: 'Correct it.',
  };

  expect(linesOf([message(invalid, 'warning')])).toEqual([
    { level: 'error', text: '! The setting CALLER_AUTH must be key.' },
  ]);
});

test('a warning outside a request is one line', () => {
  const failed = { event: 'cache.refresh_failed', code: 'upstream_unavailable', detail: 'No answer.' };

  expect(linesOf([message(failed, 'warning')])).toEqual([
    { level: 'warn', text: '14:20:05  warn  cache.refresh_failed  upstream_unavailable  No answer.' },
  ]);
});

test('an error outside a request is an error, although the host has it from stderr as a warning', () => {
  const failed = { level: 'error', event: 'cache.refresh_failed', code: 'secret_expired', detail: 'It has expired.' };

  expect(linesOf([message(failed, 'warning')])).toEqual([
    { level: 'error', text: '14:20:05  error  cache.refresh_failed  secret_expired  It has expired.' },
  ]);
});

test('an error without an event is shown as text, with control characters escaped', () => {
  expect(linesOf([message('Error: \u001b[2J', 'error')])).toEqual([
    { level: 'error', text: '14:20:05  error  Error: \\u{1b}[2J' },
  ]);
});

test.each([
  ['information', [message({ event: 'settings.read' }, 'information')]],
  ['a request of npm start itself', [request(200, { userAgent: 'hidden' })]],
])('%s is not shown', (_what, entries) => {
  expect(linesOf(entries)).toEqual([]);
});

test('with --verbose every entry is shown unchanged', () => {
  const lines = linesOf([message('text', 'information'), request(200, { userAgent: 'hidden' })], true).map(
    ({ text }) => text,
  );

  expect(lines).toEqual([
    expect.stringMatching(/^\[\S+Z\] text$/),
    expect.stringMatching(/^\[\S+Z\] GET \/api\/token 200 3 ms$/),
  ]);
});
