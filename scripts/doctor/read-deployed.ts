import * as v from 'valibot';
import { parseJson } from '../../src/json.ts';
import { CHECK_NAMES } from '../../src/readiness/check-readiness.ts';
import { isLoopback } from './check-network.ts';
import type { Finding, Hop } from './finding.ts';
import type { Settings } from './load-settings.ts';

const status = v.picklist(['pass', 'warn', 'fail']);
const reportSchema = v.object({
  status,
  checks: v.record(
    v.picklist(CHECK_NAMES),
    v.array(
      v.object({
        status,
        output: v.optional(v.string()),
        hint: v.optional(v.string()),
        profile: v.optional(v.string()),
      }),
    ),
  ),
});

const TIMEOUT_MS = 30_000;

/** The readiness report of a running app, as findings about the app's own access. An app on this machine may use stand-ins. */
export async function readDeployed(url: string, environment: Settings): Promise<Finding[]> {
  const address = readinessAddress(url);
  const isLocal = isLoopback(address.hostname);
  const response = await fetch(address, {
    headers: { Accept: 'application/health+json', ...credentialOf(environment) },
    redirect: 'manual',
    signal: AbortSignal.timeout(TIMEOUT_MS),
  }).catch(() => undefined);
  if (response === undefined) {
    return [
      {
        hop: 'network',
        status: 'fail',
        output: `${address.host} does not answer.`,
        hint: isLocal ? NOT_STARTED : 'Check the URL and the network.',
      },
    ];
  }
  const report = v.safeParse(reportSchema, parseJson(await response.text()));
  if (report.success) {
    return Object.entries(report.output.checks).flatMap(([hop, checks]) =>
      checks.map(({ output = 'Works.', ...check }) => ({
        hop: hop as Hop,
        access: isLocal ? undefined : ("the app's" as const),
        output,
        ...check,
      })),
    );
  }
  return [
    {
      hop: 'callers',
      status: 'fail',
      output: `${address.host} answered ${response.status} instead of the readiness report.`,
      hint: [401, 403].includes(response.status)
        ? 'Set DOCTOR_FUNCTION_KEY to a function key, or DOCTOR_CALLER_TOKEN to a token of a caller that matches a grant or has the app role Token.Get.'
        : 'Check that this is the URL of the function app, with its route prefix: https://APP.azurewebsites.net/api.',
    },
  ];
}

const NOT_STARTED =
  'Is "npm start" running in another terminal, and on this port? The app has the port 7071 if you choose no other with --port: npm start prints it after "Ports".';

/** Accepts the URL of the app, with or without the route prefix. */
function readinessAddress(url: string): URL {
  const base = new URL(url);
  if (base.pathname === '/') base.pathname = '/api';
  base.pathname = `${base.pathname.replace(/\/+$/, '')}/health/ready`;
  return base;
}

function credentialOf(environment: Settings): Record<string, string> {
  const { DOCTOR_FUNCTION_KEY: key, DOCTOR_CALLER_TOKEN: token } = environment;
  return {
    ...(key === undefined ? {} : { 'x-functions-key': key }),
    ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
  };
}
