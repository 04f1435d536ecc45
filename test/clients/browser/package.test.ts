import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { bundleOptions, type Format } from '../../../clients/browser/bundle-options.ts';

const folder = join('clients', 'browser');

async function bundle(format: Format): Promise<string> {
  const { outputFiles } = await build({ ...bundleOptions(format), write: false });
  return outputFiles[0]?.text ?? '';
}

test.each(['esm', 'iife'] as const)('minified and gzipped, the %s file is under 4 KB', async (format) => {
  expect(gzipSync(await bundle(format), { level: 9 }).length).toBeLessThan(4000);
});

test('the ES module needs only powerbi-client, and only when it embeds', async () => {
  const text = await bundle('esm');
  expect([...text.matchAll(/\bimport\s*\(?\s*["']([^"']+)/g)].map(([, name]) => name)).toEqual(['powerbi-client']);
  expect(text).not.toMatch(/\bfrom\s*"/);
});

test('the file for a script tag needs no module and defines the global powerbiEmbed', async () => {
  const text = await bundle('iife');
  expect(text).toMatch(/^"use strict";var powerbiEmbed=/);
  expect(text).not.toMatch(/\b(?:import|require)\s*\(/);
});

test('a server that renders pages can import it', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'powerbi-embed-'));
  const file = join(directory, 'powerbi-embed.mjs');
  writeFileSync(file, await bundle('esm'));
  const script = `import(${JSON.stringify(file)}).then((module) => console.log(Object.keys(module).sort().join()))`;
  const output = execFileSync(process.execPath, ['--eval', script], { encoding: 'utf8' });
  rmSync(directory, { recursive: true });
  expect(output.trim()).toBe('PowerBiEmbedElement,embed');
});

test('the only dependency of the package is the peer powerbi-client', () => {
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Record<string, unknown>;
  expect(manifest).toMatchObject({ name: 'powerbi-embed', peerDependencies: { 'powerbi-client': expect.any(String) } });
  expect(manifest).not.toHaveProperty('dependencies');
});

test('the package stores nothing', async () => {
  expect(await bundle('esm')).not.toMatch(/localStorage|sessionStorage|indexedDB|\.cookie|caches/);
});
