import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

test('the files made from the OpenAPI document are up to date: npm run clients writes them', () => {
  const folder = mkdtempSync(join(tmpdir(), 'clients-'));
  execFileSync(process.execPath, ['scripts/clients/write-clients.ts', folder]);
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) =>
    statSync(join(folder, path)).isFile(),
  );
  const textsIn = (root: string): Record<string, string> =>
    Object.fromEntries(paths.map((path) => [path, readFileSync(join(root, path), 'utf8')]));
  const [committed, written] = [textsIn('.'), textsIn(folder)];
  rmSync(folder, { recursive: true });
  expect(paths.length).toBeGreaterThan(1);
  expect(committed).toEqual(written);
});
