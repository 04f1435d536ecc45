import { execFileSync } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const seed = randomUUID();
const mark = (name: string): string => createHash('sha256').update(`${seed} ${name}`).digest('hex');

let snapshot: string;
beforeAll(() => {
  const directory = mkdtempSync(join(tmpdir(), 'heap-'));
  const file = join(directory, 'probe.heapsnapshot');
  const probe = ['--expose-gc', '--no-warnings', 'test/support/heap-probe.ts', seed, file];
  execFileSync(process.execPath, probe, { timeout: 60_000, env: { PATH: process.env['PATH'] } });
  snapshot = readFileSync(file, 'utf8');
  rmSync(directory, { recursive: true });
});

test('the premise: the cached token is in the heap snapshot', () => {
  expect(snapshot.includes(mark('access token'))).toBe(true);
});

test.each(['assertion', 'refresh token', 'password', 'refused assertion', 'refused refresh token'])(
  'once the token is cached, the %s that was sent for it is not in the heap',
  (name) => {
    expect(snapshot.includes(mark(name))).toBe(false);
  },
);
