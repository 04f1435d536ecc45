import { elapsedMs, type Moment } from './clock.ts';
import { ServiceError, UpstreamError } from './errors.ts';
import type { AuditSubject, IssuedSubject, LogEntry } from './log-events.ts';

/** The token in an audit line, never the token itself. */
export interface AuditedToken {
  readonly fingerprint: string;
  readonly uti: string | undefined;
  readonly expiresOn: number;
}

/** The embed token in an audit line. */
export interface AuditedEmbed {
  readonly workspace: string;
  readonly items: string;
  readonly access: string;
  /** A digest of the user name that row-level security sees. */
  readonly identity?: string | undefined;
  readonly roles?: string | undefined;
  readonly tokenId?: string | undefined;
}

/** The dataset refresh in an audit line. */
export interface AuditedRefresh {
  readonly workspace?: string | undefined;
  readonly dataset?: string | undefined;
  readonly refreshId?: string | undefined;
  readonly status?: string | undefined;
  readonly errorCode?: string | undefined;
}

/** What is known about a request. Handlers fill it in; the outermost layer writes the line. */
export interface AuditRecord {
  profile?: string | undefined;
  /** The caller, as far as known: `key`, or `tenant/object id`. */
  caller?: string | undefined;
  token?: AuditedToken | undefined;
  cache?: 'hit' | 'minted' | undefined;
  /** The application that the caller used, if it is known. */
  callerApp?: string | undefined;
  embed?: AuditedEmbed | undefined;
  refresh?: AuditedRefresh | undefined;
  /** The name of the grant that allowed the request. */
  grant?: string | undefined;
  /** What the grants in audit mode would have decided. */
  auditedGrants?: 'allow' | 'deny' | undefined;
}

export interface AuditContext<S extends AuditSubject = AuditSubject> {
  /** `token`: the events are `token.issued` and `token.refused`. */
  readonly subject: S;
  readonly requestId: string;
  /** The trace id that the caller sent; Application Insights calls it the operation. */
  readonly operationId: string | undefined;
  readonly startedAt: Moment;
  readonly now: Moment;
}

/** The line for something issued: who got what, for how long. Only the fingerprint identifies the token. */
export function describeIssue(record: AuditRecord, context: AuditContext<IssuedSubject>): LogEntry {
  const { token } = record;
  return {
    event: `${context.subject}.issued`,
    outcome: 'issued',
    ...describeRequest(record, context),
    ...describePowerBi(record),
    cache: record.cache,
    token_fingerprint: token?.fingerprint,
    token_uti: token?.uti,
    expires_on: token?.expiresOn,
  };
}

/** The line for something refused: why, and by which upstream. */
export function describeRefusal(error: ServiceError, record: AuditRecord, context: AuditContext): LogEntry {
  const upstream = error instanceof UpstreamError ? error.upstream : undefined;
  return {
    event: `${context.subject}.refused`,
    outcome: 'refused',
    code: error.code,
    detail: error.message,
    reason: error.reason,
    hint: error.hint,
    stage: upstream?.service,
    upstream_status: upstream?.status,
    upstream_code: upstream?.code,
    upstream_correlation_id: upstream?.correlationId,
    upstream_trace_id: upstream?.traceId,
    ...describeRequest(record, context),
    ...describePowerBi(record),
  };
}

function describeRequest(record: AuditRecord, context: AuditContext) {
  return {
    profile: record.profile,
    caller: record.caller,
    caller_app: record.callerApp,
    grant: record.grant,
    audited_grants: record.auditedGrants,
    duration_ms: Math.round(elapsedMs(context.startedAt, context.now)),
    request_id: context.requestId,
    operation_id: context.operationId,
  };
}

/** Only the events of embed tokens and refreshes have these members. */
function describePowerBi({ embed, refresh }: AuditRecord) {
  if (embed !== undefined) {
    const { workspace, items, access, identity, roles, tokenId } = embed;
    return { workspace, items, access, identity, roles, token_id: tokenId };
  }
  if (refresh === undefined) return undefined;
  const { workspace, dataset, refreshId, status, errorCode } = refresh;
  return {
    workspace,
    items: dataset,
    refresh_id: refreshId,
    refresh_status: status,
    refresh_error_code: errorCode,
  };
}
