import { createLogs } from '../../../local/start/logs.ts';

test('a request to the app of the demo is marked in the terminal, and the journal has its source', () => {
  const said: string[] = [];
  const logs = createLogs({ say: (text) => said.push(text), isVerbose: false });
  logs.release();
  for (const source of ['app', 'demo-app'] as const) {
    logs.of(source)({
      kind: 'request',
      method: 'GET',
      path: '/api/health',
      status: 200,
      durationMs: 1,
      invocationId: undefined,
      userAgent: undefined,
      refusedOrigin: undefined,
    });
  }
  expect(said.map((text) => text.slice(text.indexOf('  ')))).toEqual([
    '  GET  /api/health  200  1 ms',
    '  demo app  GET  /api/health  200  1 ms',
  ]);
  expect(logs.journal.after(0).map(({ source }) => source)).toEqual(['app', 'demo-app']);
});
