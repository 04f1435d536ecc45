// npm run doctor: checks every step from the caller to Power BI, and prints what to do.
import { fileURLToPath } from 'node:url';
import { HostStartError } from '../local/host/host-start-error.ts';
import { createMachineRuntime } from '../src/app/machine.ts';
import { readConfig } from '../src/config/read-config.ts';
import { worst } from '../src/readiness/check.ts';
import { readCallerToken } from './doctor/caller-token.ts';
import { examine } from './doctor/examine.ts';
import { explain } from './doctor/explain.ts';
import type { Finding } from './doctor/finding.ts';
import {
  checkSettingsFile,
  findNoSettings,
  loadSettings,
  readFileOf,
  trustLocalStack,
} from './doctor/load-settings.ts';
import { HELP, parseDoctorOptions, type DoctorOptions } from './doctor/options.ts';
import { formatFindings } from './doctor/print.ts';
import { readDeployed } from './doctor/read-deployed.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

async function run({ url, explain: request }: DoctorOptions): Promise<Finding[]> {
  if (url !== undefined) return readDeployed(url, process.env);
  const noSettings = findNoSettings(root, process.env);
  if (noSettings !== undefined) return [noSettings];
  trustLocalStack(root);
  const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const runtime = { ...createMachineRuntime(), log: silent, onRefreshFailure: () => undefined };
  const config = readConfig(loadSettings(root, process.env), readFileOf(root));
  if (request === undefined) return [...checkSettingsFile(root), ...(await examine(config, runtime))];
  const token = await readCallerToken(config.callers.modes, process.env, process.stdin);
  return explain(config, { ...request, token }, runtime);
}

async function main(): Promise<void> {
  const options = parseDoctorOptions(process.argv.slice(2), process.env);
  if (options.help) {
    process.stdout.write(HELP);
    return;
  }
  const findings = await run(options);
  const status = worst(findings);
  process.stdout.write(
    options.json
      ? `${JSON.stringify({ status, findings }, null, 2)}\n`
      : formatFindings(findings, process.stdout.isTTY && process.env['NO_COLOR'] === undefined),
  );
  process.exitCode = status === 'fail' ? 1 : 0;
}

main().catch((error: unknown) => {
  const isOwn =
    error instanceof HostStartError || (error instanceof Error && 'code' in error) || error instanceof TypeError;
  console.error(error instanceof Error && (isOwn || error.constructor === Error) ? error.message : error);
  process.exitCode = 1;
});
