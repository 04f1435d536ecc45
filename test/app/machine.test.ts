import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMachineRuntime, readAppFile } from '../../src/app/machine.ts';

describe('a file of the app', () => {
  const folder = mkdtempSync(join(tmpdir(), 'app-file-'));
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  test('is read as text', () => {
    writeFileSync(join(folder, 'profiles.json'), '{ "profiles": {} }');
    expect(readAppFile(join(folder, 'profiles.json'))).toBe('{ "profiles": {} }');
  });

  test.each([
    ['UTF-8', Buffer.from('\uFEFF{ "ü": 1 }', 'utf8')],
    ['UTF-16, little endian', Buffer.from('\uFEFF{ "ü": 1 }', 'utf16le')],
    ['UTF-16, big endian', Buffer.from('\uFEFF{ "ü": 1 }', 'utf16le').swap16()],
  ])('with the byte order mark of %s is decoded, and the mark is removed', (_encoding, bytes) => {
    writeFileSync(join(folder, 'marked.json'), bytes);
    expect(readAppFile(join(folder, 'marked.json'))).toBe('{ "ü": 1 }');
  });

  test('that does not exist is undefined', () => {
    expect(readAppFile(join(folder, 'another.json'))).toBeUndefined();
  });

  test('that cannot be read is empty text, so that the parser reports a fault and no grant is lost silently', () => {
    mkdirSync(join(folder, 'folder.json'));
    expect(readAppFile(join(folder, 'folder.json'))).toBe('');
  });
});

describe('the machine', () => {
  const { clock, fetch, log, random } = createMachineRuntime();

  test('sends a request over the connection of the previous response', async () => {
    const server = createServer((_request, response) => response.writeHead(401).end('{}'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    let connections = 0;
    server.on('connection', () => (connections += 1));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    try {
      for (let request = 0; request < 3; request++) await (await fetch(url)).text();
    } finally {
      server.close();
    }
    expect(connections).toBe(1);
  });

  test('reads both clocks in milliseconds, and the monotonic one advances', async () => {
    const before = clock.now();
    await new Promise<void>((resolve) => {
      clock.schedule(5, resolve);
    });
    const after = clock.now();
    expect(Math.abs(before.wallMs - Date.now())).toBeLessThan(60_000);
    expect(after.monotonicMs - before.monotonicMs).toBeGreaterThanOrEqual(4);
  });

  test('does not run a cancelled timer', async () => {
    let called = false;
    const cancel = clock.schedule(5, () => {
      called = true;
    });
    cancel();
    await new Promise<void>((resolve) => {
      clock.schedule(20, resolve);
    });
    expect(called).toBe(false);
  });

  test('gives random numbers from 0 to 1', () => {
    const value = random();
    expect(value >= 0 && value < 1).toBe(true);
  });

  test.each(['info', 'warn', 'error'] as const)('writes a log entry of level %s as one line of JSON', (level) => {
    const written = jest.spyOn(console, level).mockImplementation(() => undefined);
    log[level]({ event: 'callers.not_checked', hint: 'a\nb' });
    expect(written.mock.calls).toEqual([[`{"level":"${level}","event":"callers.not_checked","hint":"a\\nb"}`]]);
    written.mockRestore();
  });
});
