// Installs the dependencies if node_modules is older than package-lock.json, so that one command is enough on a fresh
// clone. Plain JavaScript: it runs on the machine's own Node.js, before the project's own is installed.
import { spawn } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { clearInterval, setInterval } from 'node:timers';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const installed = `${root}node_modules/.package-lock.json`;
const wanted = `${root}package-lock.json`;
const noNetwork =
  /\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ENETUNREACH|EHOSTUNREACH|ETIMEDOUT|ERR_SOCKET_TIMEOUT)\b/;

if (!existsSync(installed) || statSync(installed).mtimeMs < statSync(wanted).mtimeMs) {
  const startedMs = Date.now();
  const { exitCode, output } = await showSeconds('Installing the dependencies (npm ci)', startedMs, runNpmCi);
  if (exitCode !== 0) {
    console.error(explain(output));
    process.exit(1);
  }
}

function runNpmCi() {
  const isWindows = process.platform === 'win32';
  // npm waits up to a minute before it tries again. Without a network, that hides the error for too long.
  const retries = ['--fetch-retry-mintimeout=1000', '--fetch-retry-maxtimeout=5000'];
  const child = spawn(
    isWindows ? 'npm.cmd' : 'npm',
    ['ci', '--no-audit', '--no-fund', '--loglevel=error', ...retries],
    {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      shell: isWindows,
    },
  );
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
  return new Promise((resolve) => {
    child.once('error', (error) => resolve({ exitCode: 1, output: String(error) }));
    child.once('close', (exitCode) => resolve({ exitCode, output }));
  });
}

async function showSeconds(what, startedMs, work) {
  const seconds = () => `${Math.round((Date.now() - startedMs) / 1000)} s`;
  process.stdout.write(`${what} ... `);
  const ticking = process.stdout.isTTY
    ? setInterval(() => process.stdout.write(`\r${what} ... ${seconds()}`), 1000)
    : undefined;
  try {
    return await work();
  } finally {
    clearInterval(ticking);
    process.stdout.write(`${process.stdout.isTTY ? `\r${what} ... ` : ''}${seconds()}\n`);
  }
}

function explain(output) {
  const [code] = noNetwork.exec(output) ?? [];
  if (code !== undefined) {
    return (
      `npm cannot reach its registry${registryIn(output)} (${code}). The first start needs the network to install ` +
      'dependencies; later starts do not. Check the connection, "npm config get registry" and "npm config get proxy", ' +
      'and try again.'
    );
  }
  return `${output.trim()}\nnpm ci failed. The lines above say why. It needs Node.js 20 or later; this is ${process.version}.`;
}

/** Without path and user name: both may contain a password. */
function registryIn(output) {
  const [, url = ''] = /request to (https?:\/\/\S+)/.exec(output) ?? [];
  return URL.canParse(url) ? ` ${new URL(url).origin}` : '';
}
