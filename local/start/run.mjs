// Installs what is missing, then runs a script of the project on the project's own Node.js: `node local/start/run.mjs SCRIPT ...`.
// One process for npm to end: a shell between them would pass no signal on, and leave the whole stack running.
import '../../scripts/install-missing.mjs';
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { setInterval } from 'node:timers';

const projectsNode = createRequire(import.meta.url).resolve('node/bin/node');
const child = spawn(projectsNode, process.argv.slice(2), { stdio: 'inherit' });

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));

// npm starts this through a shell, which dies of a signal without telling anybody: a new parent means just that.
const parent = process.ppid;
setInterval(() => {
  if (process.ppid !== parent) child.kill('SIGTERM');
}, 500).unref();

child.on('exit', (code, signal) => {
  process.exitCode = code ?? (signal === null ? 1 : 128);
  process.exit();
});
