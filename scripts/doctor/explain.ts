import type { CoreRuntime } from '../../src/app/core.ts';
import type { AccessRequest } from '../../src/callers/access-request.ts';
import { authenticate, namelessCaller } from '../../src/callers/authenticate.ts';
import type { Caller } from '../../src/callers/caller.ts';
import { decide, describeNoCandidate, findCandidates, type Decision } from '../../src/callers/decide.ts';
import { forbid } from '../../src/callers/forbid.ts';
import { findEnforced } from '../../src/callers/gate.ts';
import type { CallerMode } from '../../src/config/caller-settings.ts';
import type { Config, SoundConfig } from '../../src/config/config.ts';
import type { Grant } from '../../src/config/profiles/grant.ts';
import { ServiceError } from '../../src/errors.ts';
import { accountFor } from '../../src/http/power-bi-account.ts';
import { findRawTokenEndpoint } from '../../src/http/token-handler.ts';
import type { PowerBiAccount } from '../../src/power-bi/power-bi-client.ts';
import { resolveEmbed } from '../../src/power-bi/resolve-embed.ts';
import { acceptsTokens } from './caller-token.ts';
import { examine } from './examine.ts';
import type { Finding } from './finding.ts';
import type { ExplainOptions } from './options.ts';
import { createParts, type Parts } from './parts.ts';

export interface ExplainedRequest extends ExplainOptions {
  /** The caller's token. Empty if there is none. */
  readonly token: string;
}

/** Reports whether a grant allows the request, and which one, or what is missing. It creates no token and starts no refresh. */
export async function explain(config: Config, request: ExplainedRequest, runtime: CoreRuntime): Promise<Finding[]> {
  if (config.kind === 'faulty') return examine(config, runtime);
  const { modes } = config.callers;
  const findings = await explainSound(config, request, runtime);
  return acceptsTokens(modes) || request.token === '' ? findings : [describeIgnoredToken(modes), ...findings];
}

async function explainSound(config: SoundConfig, request: ExplainedRequest, runtime: CoreRuntime): Promise<Finding[]> {
  const { modes } = config.callers;
  const nameless = namelessCaller(modes);
  if (nameless === undefined && !acceptsTokens(modes)) return [EASY_AUTH];
  if (nameless === undefined && request.token === '') return [NO_TOKEN];
  const parts = createParts(config, runtime);
  try {
    const headers = new Headers({ Authorization: `Bearer ${request.token}` });
    const caller = nameless ?? (await authenticate(headers, modes, parts.verifiers));
    const decision = await judge(config, { request, caller }, parts);
    return [describeCaller(caller), describeDecision(decision, request, hintFor(nameless))];
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    const hop = error.code === 'unauthorized' ? 'callers' : 'decision';
    const reason = error.reason === undefined ? '' : ` Reason: ${error.reason}.`;
    return [{ hop, status: 'fail', output: `${error.message}${reason}`, hint: error.hint }];
  }
}

function describeIgnoredToken(modes: readonly CallerMode[]): Finding {
  return {
    hop: 'callers',
    status: 'warn',
    output: `The token has no effect: with CALLER_AUTH=${modes.join(',')} the app reads no token of a caller.`,
    hint: 'Remove the token. Or, to explain a request with it, set CALLER_AUTH to entra or oidc (docs/callers.md).',
  };
}

const EASY_AUTH: Finding = {
  hop: 'callers',
  status: 'fail',
  output: 'The caller is not known: with CALLER_AUTH=easyauth App Service signs callers in, and only in Azure.',
  hint: "Set CALLER_AUTH=entra and CALLER_AUDIENCE for this command, and DOCTOR_CALLER_TOKEN to the caller's access token for this API.",
};

const NO_TOKEN: Finding = {
  hop: 'callers',
  status: 'fail',
  output: 'The caller is not known: there is no token.',
  hint: 'Set DOCTOR_CALLER_TOKEN to an access token for this API, or pass it on the standard input.',
};

async function judge(
  config: SoundConfig,
  { request, caller }: { request: ExplainedRequest; caller: Caller },
  parts: Parts,
): Promise<Decision> {
  const { profile: name } = request;
  const profile = parts.profiles.find(name);
  const asked = { action: actionOf(request), profile: name };
  const enforced = findEnforced(config.grants);
  const candidates = findCandidates(enforced ?? [], caller, asked);
  if (asked.action === 'token') {
    findRawTokenEndpoint(profile, caller);
    return decide(enforced, caller, { action: 'token', profile: name });
  }
  const account = accountFor(profile, caller);
  if (candidates.length === 0) return deny(describeNoCandidate(enforced, caller, asked));
  const described = await describeRequest(request, { account, candidates }, parts).catch(readDenial);
  return 'outcome' in described ? described : decide(enforced, caller, described);
}

/** A grant also limits what may be located. The hint of that error is for a caller, who does not see the reason. */
function readDenial(error: unknown): Decision {
  if (error instanceof ServiceError && error.code === 'forbidden') return deny(error.reason ?? error.message);
  throw error;
}

function deny(reason: string): Decision {
  return { outcome: 'deny', code: 'forbidden', reason };
}

function actionOf({ report, dataset }: ExplainOptions): 'token' | 'embed' | 'refresh' {
  if (report !== undefined) return 'embed';
  return dataset === undefined ? 'token' : 'refresh';
}

/** The request for the decision, after Power BI has located the report and its dataset. */
async function describeRequest(
  { profile: name, workspace = '', report, dataset = '' }: ExplainOptions,
  { account, candidates }: { account: PowerBiAccount; candidates: readonly Grant[] },
  { catalog }: Parts,
): Promise<AccessRequest> {
  const workspaceId = workspace.toLowerCase();
  if (report === undefined) return { action: 'refresh', profile: name, workspaceId, datasetId: dataset.toLowerCase() };
  const asked = {
    kind: 'items',
    reports: [{ id: report.toLowerCase(), allowEdit: false }],
    datasets: [],
    targetWorkspaceIds: [],
    identities: undefined,
    lifetimeInMinutes: undefined,
  } as const;
  const embedding = candidates.filter(({ limits }) => limits.workspaces?.includes(workspaceId));
  if (embedding.length === 0) throw forbid('no grant with embed names the workspace');
  const { request } = await resolveEmbed(asked, {
    catalog,
    account,
    profile: name,
    candidates: embedding,
    workspaceId,
  });
  return request;
}

function describeCaller(caller: Caller): Finding {
  if (caller.kind === 'nameless') {
    const who = caller.id === 'key' ? 'A caller with a key' : 'A caller without a credential';
    return { hop: 'callers', status: 'pass', output: `${who}. Only grants with "anyone": true match it.` };
  }
  const { appid, roles, scp, groups } = caller.claims;
  const claims = { appid, roles: roles.join(' '), scp: scp.join(' '), groups: `${groups.length}` };
  const shown = Object.entries(claims).map(
    ([claim, value]) => `${claim}: ${value === undefined || value === '' ? '-' : value}`,
  );
  return { hop: 'callers', status: 'pass', output: `The token is valid. ${caller.id}, ${shown.join(', ')}.` };
}

/** What to change so that a grant allows the request. Without a token a caller has no claims. */
function hintFor(nameless: Caller | undefined): string {
  return nameless === undefined
    ? 'Change the grant in profiles.json, or the caller: its app roles, groups or registration.'
    : 'Correct the request, or the grant in profiles.json. If the grant needs a claim, set CALLER_AUTH to entra, oidc or easyauth: a caller without a token has no claims (docs/callers.md).';
}

function describeDecision(decision: Decision, request: ExplainOptions, hint: string): Finding {
  const hop = 'decision';
  const what = `${actionOf(request)} on the profile "${request.profile}"`;
  switch (decision.outcome) {
    case 'allow': {
      const by = decision.grant === undefined ? 'there are no grants' : `the grant "${decision.grant}" allows it`;
      const identities = decision.identities.map(
        ({ username, roles = [] }) => `${username} (${roles.join(', ') || 'no roles'})`,
      );
      const whose = identities.length === 0 ? '' : ` Rows of: ${identities.join('; ')}.`;
      return { hop, status: 'pass', output: `Allowed: ${what}; ${by}.${whose}` };
    }
    case 'deny':
      return {
        hop,
        status: 'fail',
        output: `Refused: ${what}. Reason: ${decision.reason}.`,
        hint,
      };
    default:
      return decision satisfies never;
  }
}
