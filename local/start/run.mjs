// Installs what is missing, then runs a script on the project's own Node.js: `node local/start/run.mjs SCRIPT ...`.
// npm must end only this process: a shell in between would not pass signals on, and the stack would keep running.
import '../../scripts/install-missing.mjs';
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { setInterval } from 'node:timers';

const projectsNode = createRequire(import.meta.url).resolve('node/bin/node');
const child = spawn(projectsNode, process.argv.slice(2), { stdio: 'inherit' });

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));

// npm starts this through a shell, which ends on a signal without passing it on. A new parent process shows that.
const parent = process.ppid;
setInterval(() => {
  if (process.ppid !== parent) child.kill('SIGTERM');
}, 500).unref();

child.on('exit', (code, signal) => {
  process.exitCode = code ?? (signal === null ? 1 : 128);
  process.exit();
});
