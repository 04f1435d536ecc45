import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { blocksOf, readDocument, sectionOf } from '../docs/markdown.ts';

export interface Run {
  readonly exitCode: number | null;
  readonly output: string;
}

/** The example of docs/calling.md under a heading; `index` selects one of several in the same language. */
export function readExample(heading: string, language: string, index = 0): string {
  const document = readDocument('docs/calling.md');
  const example = blocksOf({ ...document, text: sectionOf(document, heading) }, language)[index];
  if (example === undefined) throw new Error(`docs/calling.md has no ${language} example under ${heading}.`);
  return example;
}

/** Runs a text as the file `name` in its own folder, and returns its standard output and error together. */
export async function runExample(
  example: string,
  { name, command, environment }: { name: string; command: readonly string[]; environment: Record<string, string> },
): Promise<Run> {
  const folder = mkdtempSync(join(tmpdir(), 'example-'));
  writeFileSync(join(folder, name), example);
  const [program = '', ...args] = command;
  const child = spawn(program, [...args, name], { cwd: folder, env: { ...process.env, ...environment } });
  const exited = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  const [exitCode, out, error] = await Promise.all([exited, text(child.stdout), text(child.stderr)]);
  rmSync(folder, { recursive: true });
  return { exitCode, output: out + error };
}
