import { unzipSync, strFromU8 } from 'fflate';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { spawnProgram } from '../local/host/support/spawn-program.ts';
import { root } from './repository.ts';

const sources = [
  'functions',
  'src',
  'host.json',
  'package.json',
  'tsconfig.json',
  'scripts/build.mjs',
  'scripts/bundle-options.ts',
  'scripts/package.mjs',
];
/** The bundle, and the files that it loads when it needs them. */
const BUNDLE = ['dist/certificates-sdk.cjs', 'dist/index.cjs', 'dist/pkcs12-sdk.cjs', 'dist/secrets-sdk.cjs'];
const archive = 'dist/powerbi-token-function.zip';

/** A separate checkout, so that no build of another test disturbs it. */
function createCheckout(): string {
  const checkout = mkdtempSync(join(tmpdir(), 'package-test-'));
  for (const path of sources) cpSync(join(root, path), join(checkout, path), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(checkout, 'node_modules'), 'junction');
  return checkout;
}

function pack(checkout: string, environment: Record<string, string> = {}): Buffer {
  execFileSync(process.execPath, ['scripts/package.mjs'], { cwd: checkout, env: { ...process.env, ...environment } });
  return readFileSync(join(checkout, archive));
}

function unpack(zip: Uint8Array, folder: string): void {
  for (const [path, content] of Object.entries(unzipSync(zip))) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
}

describe('the package', () => {
  const checkout = createCheckout();
  const zip = pack(checkout);
  const files = unzipSync(zip);

  afterAll(() => {
    rmSync(checkout, { recursive: true, force: true });
  });

  test('has the bundle and the files that name it, and no sources, tools or settings', () => {
    expect(Object.keys(files).sort()).toEqual([...BUNDLE, 'host.json', 'package.json']);
  });

  test('is smaller than 300 KiB', () => {
    expect(zip.length).toBeLessThan(300 * 1024);
  });

  test('names no dependency, so that even a build in Azure installs nothing', () => {
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
    expect(JSON.parse(strFromU8(files['package.json'] ?? new Uint8Array()))).toEqual({
      name: 'powerbi-token-function',
      version,
      main: 'dist/index.cjs',
    });
  });

  test('is smaller than half a megabyte', () => {
    expect(zip.length).toBeLessThan(512 * 1024);
  });

  test('has no path or name of the machine that made it', () => {
    const bundle = strFromU8(files['dist/index.cjs'] ?? new Uint8Array());
    expect(bundle).not.toContain(checkout);
    expect(bundle).not.toContain(root.slice(0, -1));
  });

  test('has the same bytes when it is made again, in another place and time zone', () => {
    const other = createCheckout();
    const hash = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
    try {
      expect(hash(pack(other, { TZ: 'Pacific/Auckland' }))).toBe(hash(zip));
    } finally {
      rmSync(other, { recursive: true, force: true });
    }
  });

  test("includes the operator's profiles.json, and no other file that git ignores", () => {
    const other = createCheckout();
    try {
      writeFileSync(join(other, 'profiles.json'), '{ "profiles": {} }');
      writeFileSync(join(other, 'local.settings.json'), '{ "Values": { "secret": "not to be deployed" } }');
      const packed = unzipSync(pack(other));
      expect(Object.keys(packed).sort()).toEqual([...BUNDLE, 'host.json', 'package.json', 'profiles.json']);
      expect(strFromU8(packed['profiles.json'] ?? new Uint8Array())).toBe('{ "profiles": {} }');
    } finally {
      rmSync(other, { recursive: true, force: true });
    }
  });

  test.each([
    ['does not parse', '{ not json', 'profiles.json is not valid JSON'],
    [
      'has a fault',
      '{ "profiles": { "sales": { "grant": "client_credentialz" } } }',
      'profiles.json: profiles.sales.grant must be one of',
    ],
    [
      'is for the stand-ins',
      '{\n  "$schema": "http://localhost/schema",\n  "profiles": { "own": { "grant": "managed_identity" } } }',
      'profiles.json: $schema is a URL of this machine (line 2, column 14)\n  A URL of this machine works only with npm start: write the URL of your issuer.\n',
    ],
  ])('is not made with a profiles.json that %s', (_, profiles, expected) => {
    const checkout = createCheckout();
    writeFileSync(join(checkout, 'profiles.json'), profiles);
    expect(() => pack(checkout)).toThrow(expected);
    rmSync(checkout, { recursive: true });
  });

  test('is not made without the file that PROFILES_FILE names', () => {
    const checkout = createCheckout();
    expect(() => pack(checkout, { PROFILES_FILE: 'profiles.json' })).toThrow(
      'PROFILES_FILE names profiles.json, which does not exist',
    );
    rmSync(checkout, { recursive: true });
  });

  test('has the file that PROFILES_FILE names, at that path', () => {
    const checkout = createCheckout();
    writeFileSync(join(checkout, 'prod.profiles.json'), '{ "grants": [] }');
    const packed = unzipSync(pack(checkout, { PROFILES_FILE: 'prod.profiles.json' }));
    expect(Object.keys(packed)).toContain('prod.profiles.json');
    rmSync(checkout, { recursive: true });
  });

  test('runs in the folder where it is unpacked, without installed packages', async () => {
    const deployed = mkdtempSync(join(tmpdir(), 'package-run-'));
    unpack(zip, deployed);
    const host = spawnProgram(['local/host/main.ts', '--directory', deployed, '--port', '0']);
    try {
      const [, url = ''] = await host.waitFor(/Listening on (\S+)/);
      const health = await fetch(`${url}/api/health`);
      const token = await fetch(`${url}/api/token`);
      expect([health.status, token.status]).toEqual([200, 500]);
      expect(await token.json()).toMatchObject({ code: 'misconfigured' });
    } finally {
      host.kill('SIGTERM');
      await host.exited;
      rmSync(deployed, { recursive: true, force: true });
    }
  });
});
