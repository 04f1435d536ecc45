import { parseArgs } from 'node:util';

export interface DoctorOptions {
  readonly help: boolean;
  readonly json: boolean;
  /** The URL of a deployed app, to read its readiness instead of checking this folder. */
  readonly url: string | undefined;
  /** Defined if a request should be explained. */
  readonly explain: ExplainOptions | undefined;
}

export interface ExplainOptions {
  readonly profile: string;
  readonly workspace: string | undefined;
  readonly report: string | undefined;
  readonly dataset: string | undefined;
}

export const HELP = `Usage: npm run doctor -- [options]

Checks every step from the caller to Power BI with the settings of this folder (local.settings.json, profiles.json
and the environment), and prints what to do. The exit status is 1 if a check fails.

  --url URL        read /health/ready of a deployed app instead; DOCTOR_FUNCTION_KEY or DOCTOR_CALLER_TOKEN
                   is the credential
  --explain        show whether a grant allows a request, and which one, or what is missing.
                   DOCTOR_CALLER_TOKEN or the standard input is the caller's token. Without --report and
                   --dataset the request is for the access token. With --report it is to embed that report,
                   with --dataset to refresh that dataset.
    --profile NAME     the profile (default: default)
    --workspace ID     the workspace of the report or dataset
    --report ID        the report
    --dataset ID       the dataset
  --json           print JSON
  --help           print this
`;

/** Parses the arguments. Throws an Error that says what is wrong. A token is never an argument, because other users can see arguments. */
export function parseDoctorOptions(args: readonly string[]): DoctorOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      help: { type: 'boolean', short: 'h', default: false },
      json: { type: 'boolean', default: false },
      url: { type: 'string' },
      explain: { type: 'boolean', default: false },
      profile: { type: 'string' },
      workspace: { type: 'string' },
      report: { type: 'string' },
      dataset: { type: 'string' },
    },
  });
  const { help, json, url, explain, profile, workspace, report, dataset } = values;
  const details = { profile, workspace, report, dataset };
  const [lone] = Object.entries(details).find(([, value]) => value !== undefined) ?? [];
  if (!explain && lone !== undefined) throw new Error(`--${lone} needs --explain.`);
  if (explain && url !== undefined) throw new Error('--explain uses the settings of this folder: remove --url.');
  if ((report ?? dataset) !== undefined && workspace === undefined)
    throw new Error('--report and --dataset need --workspace.');
  if (report !== undefined && dataset !== undefined) throw new Error('Name a report or a dataset, not both.');
  return { help, json, url, explain: explain ? { ...details, profile: profile ?? 'default' } : undefined };
}
