import { UpstreamError, type UpstreamFault } from '../errors.ts';
import { readId } from '../upstream/safe-words.ts';
import { parseRetryAfterSeconds } from '../upstream/retry-after.ts';
import { isTransientStatus, unavailable } from '../upstream/unavailable.ts';
import type { UpstreamAnswer } from '../upstream/fetch-upstream.ts';
import { memberOf, parseJson } from '../json.ts';

const SERVICE_PRINCIPAL_SETTING =
  'Power BI admin portal > Tenant settings > Developer settings: "Service principals can call Fabric public APIs", for a group that holds the ' +
  'service principal; then give the service principal a role in the workspace (Viewer is enough to read). A change takes up to 15 minutes.';

const HINTS: Readonly<Record<string, string>> = {
  PowerBINotAuthorizedException: SERVICE_PRINCIPAL_SETTING,
  PowerBIEntityNotFound:
    'Check the ids of workspace, report and dataset: they stand in the address when the item is open in Power BI.',
  TokenExpired:
    'The clock of this machine or of the issuer is wrong: a token that is still good by its expiry was called expired.',
};

/**
 * What Power BI's answer means: its JSON for a 200.
 *
 * Throws `powerbi_rejected` for a refusal, with what to change in Power BI; `upstream_unavailable` for anything that may pass.
 */
export function judgePowerBiAnswer(answer: UpstreamAnswer, nowMs: number): unknown {
  const { status, headers, text } = answer;
  const body = parseJson(text);
  const upstream: UpstreamFault = {
    service: 'power-bi',
    status,
    code: readErrorCode(body) ?? readErrorCode({ error: { code: headers.get('x-powerbi-error-info') } }),
    correlationId: readId(headers.get('requestid')),
  };
  if (status === 200 && body !== undefined) return body;
  if (isTransientStatus(status) || status === 200) {
    const retryAfterSeconds = parseRetryAfterSeconds(headers.get('retry-after'), nowMs);
    const what = status === 200 ? 'gave an answer that does not parse' : `is not available (HTTP ${status})`;
    throw unavailable(what, upstream, { retryAfterSeconds });
  }
  throw new UpstreamError('powerbi_rejected', `Power BI refused (${upstream.code ?? `HTTP ${status}`}).`, upstream, {
    hint: explain(status, upstream.code),
  });
}

function explain(status: number, code: string | undefined): string {
  if (code !== undefined && Object.hasOwn(HINTS, code)) return HINTS[code] ?? SERVICE_PRINCIPAL_SETTING;
  if (status === 404) return HINTS['PowerBIEntityNotFound'] ?? SERVICE_PRINCIPAL_SETTING;
  if (status === 403) {
    return `Without ?workspace=ID it is My workspace that is asked for, and a service principal has none ("API is not accessible for application"): give one. With it, the profile's account must have a role in that workspace. ${SERVICE_PRINCIPAL_SETTING}`;
  }
  return SERVICE_PRINCIPAL_SETTING;
}

/** Letters alone: with digits it could be an echo of what was sent. */
function readErrorCode(body: unknown): string | undefined {
  const code = memberOf(memberOf(body, 'error'), 'code');
  return typeof code === 'string' && /^[a-z_]{1,80}$/i.test(code) ? code : undefined;
}
