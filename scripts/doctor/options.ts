import { parseArgs } from 'node:util';
import { findOptionsKeptByNpm } from '../../local/start/npm-options.ts';
import { nearestName } from '../../src/config/profiles/nearest-name.ts';
import { isGuid } from '../../src/config/setting-schemas.ts';

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

const OPTION_TYPES = {
  help: { type: 'boolean', short: 'h' },
  json: { type: 'boolean' },
  url: { type: 'string' },
  explain: { type: 'boolean' },
  profile: { type: 'string' },
  workspace: { type: 'string' },
  report: { type: 'string' },
  dataset: { type: 'string' },
} as const;

const SEE_HELP = 'npm run doctor -- --help lists all options.';

/**
 * Parses the arguments. Throws an Error that says what is wrong, also if npm took an option for itself. A token is never an
 * argument, because other users can see arguments.
 */
export function parseDoctorOptions(args: readonly string[], environment: NodeJS.ProcessEnv): DoctorOptions {
  const given = parse(args);
  const kept = findOptionsKeptByNpm(OPTION_TYPES, given, environment);
  if (kept.length > 0) {
    throw new Error(`npm takes options before -- for itself. Did you mean: npm run doctor -- ${kept.join(' ')}`);
  }
  const [stray] = given.positionals;
  if (stray !== undefined) throw new Error(`Unexpected argument '${stray}'. ${SEE_HELP}`);
  const { help = false, json = false, url, explain = false, ...details } = given.values;
  if (url !== undefined) refuseOtherUrls(url);
  if (explain && url !== undefined) throw new Error('--explain uses the settings of this folder: remove --url.');
  const [lone] = Object.keys(details);
  if (!explain && lone !== undefined) throw new Error(`--${lone} needs --explain.`);
  return { help, json, url, explain: explain ? readDetails(details) : undefined };
}

function readDetails({ profile = 'default', workspace, report, dataset }: Partial<ExplainOptions>): ExplainOptions {
  for (const [name, value] of Object.entries({ workspace, report, dataset })) {
    if (value === undefined || isGuid(value)) continue;
    throw new Error(
      `--${name} must be a GUID. Use the id from the URL when the item is open in Power BI. The id of a workspace is after /groups/.`,
    );
  }
  if (report !== undefined && dataset !== undefined) throw new Error('Name a report or a dataset, not both.');
  const isItemNamed = (report ?? dataset) !== undefined;
  if (isItemNamed && workspace === undefined) throw new Error('--report and --dataset need --workspace.');
  if (!isItemNamed && workspace !== undefined) {
    throw new Error('--workspace needs --report (to embed that report) or --dataset (to refresh that dataset).');
  }
  return { profile, workspace, report, dataset };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTION_TYPES, allowPositionals: true });
  } catch (error) {
    const { code, message } = error as { code?: unknown; message: string };
    const unknown = /'(-[^']*)'/.exec(message)?.[1];
    const isUnknown = code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION' && unknown !== undefined;
    // Node's own message for an unknown option explains positional arguments.
    const problem = isUnknown ? describeUnknownOption(unknown) : `${message}.`;
    throw new Error(`${problem} ${SEE_HELP}`, { cause: error });
  }
}

function describeUnknownOption(option: string): string {
  const near = nearestName(
    option,
    Object.keys(OPTION_TYPES).map((name) => `--${name}`),
  );
  return `The option ${option} does not exist.${near === undefined ? '' : ` Did you mean ${near}?`}`;
}

function refuseOtherUrls(url: string): void {
  if (URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)) return;
  throw new Error('--url must begin with https:// or http://, for example https://APP.azurewebsites.net.');
}
