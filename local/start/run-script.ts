import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { HostStartError } from '../host/host-start-error.ts';

/** Runs a script of the project to its end. What it printed is only shown if it fails. */
export async function runScript(root: string, args: readonly string[]): Promise<void> {
  const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  const output = Promise.all([text(child.stdout), text(child.stderr)]);
  const exitCode = await new Promise((resolve) => child.once('close', resolve));
  if (exitCode === 0) return;
  throw new HostStartError(
    `${(await output).join('').trim()}\nThe script ${args[0] ?? ''} failed. The lines above say why.`,
  );
}
