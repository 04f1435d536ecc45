/**
 * The members of every audit line: who asked for what, and which request it was. `operation_id` is the trace id that the caller
 * sent; a correlation id is always Microsoft's.
 */
const REQUEST_MEMBERS = [
  'profile',
  'caller',
  'caller_app',
  'grant',
  'audited_grants',
  'duration_ms',
  'request_id',
  'operation_id',
] as const;

const ISSUED_MEMBERS = [
  'outcome',
  'cache',
  'token_fingerprint',
  'token_uti',
  'expires_on',
  ...REQUEST_MEMBERS,
] as const;

const REFUSED_MEMBERS = [
  'outcome',
  'code',
  'detail',
  'reason',
  'hint',
  'stage',
  'upstream_status',
  'upstream_code',
  'upstream_correlation_id',
  'upstream_trace_id',
  ...REQUEST_MEMBERS,
] as const;

const EMBED_MEMBERS = ['workspace', 'items', 'access', 'identity', 'roles', 'token_id'] as const;
const REFRESH_MEMBERS = ['workspace', 'items', 'refresh_id', 'refresh_status', 'refresh_error_code'] as const;

/**
 * Every event that the app logs: when it is written, and the members that its line may have. Tests compare the workbook,
 * the alerts and the events table in docs/operations.md with this table.
 */
export const LOG_EVENTS = {
  'token.issued': { when: 'A caller got an access token.', members: ISSUED_MEMBERS },
  'token.refused': { when: 'A caller asked for an access token and did not get it.', members: REFUSED_MEMBERS },
  'embed.issued': { when: 'A caller got an embed token.', members: [...ISSUED_MEMBERS, ...EMBED_MEMBERS] },
  'embed.refused': {
    when: 'A caller asked for an embed token and did not get it.',
    members: [...REFUSED_MEMBERS, ...EMBED_MEMBERS],
  },
  'workspaces.issued': { when: 'A caller got a list of workspaces.', members: ISSUED_MEMBERS },
  'workspaces.refused': {
    when: 'A caller asked for a list of workspaces and did not get it.',
    members: REFUSED_MEMBERS,
  },
  'reports.issued': { when: 'A caller got a list of reports.', members: ISSUED_MEMBERS },
  'reports.refused': { when: 'A caller asked for a list of reports and did not get it.', members: REFUSED_MEMBERS },
  'refresh.issued': {
    when: 'A caller started a dataset refresh, or read its status.',
    members: [...ISSUED_MEMBERS, ...REFRESH_MEMBERS],
  },
  'refresh.refused': {
    when: 'A caller asked for a dataset refresh or its status, and was refused.',
    members: [...REFUSED_MEMBERS, ...REFRESH_MEMBERS],
  },
  'datasets.issued': { when: 'A caller got a list of datasets.', members: ISSUED_MEMBERS },
  'datasets.refused': { when: 'A caller asked for a list of datasets and did not get it.', members: REFUSED_MEMBERS },
  'readiness.refused': { when: 'A caller asked for readiness and did not get it.', members: REFUSED_MEMBERS },
  'sign_in_start.refused': { when: 'A browser started a sign-in and was refused.', members: REFUSED_MEMBERS },
  'sign_in.issued': { when: 'A person signed in.', members: ISSUED_MEMBERS },
  'sign_in.refused': { when: 'A person came back from the sign-in page and was refused.', members: REFUSED_MEMBERS },
  'sign_out.issued': { when: 'A person signed out.', members: ISSUED_MEMBERS },
  'sign_out.refused': { when: 'A browser asked to sign out and was refused.', members: REFUSED_MEMBERS },
  'refusals.counted': {
    when: 'Once a minute, the number of refusals of unknown callers that have no line of their own. Written with the next request.',
    members: ['refused', 'code', 'count'],
  },
  'secret.expiry': {
    when: 'Once a day for each secret and certificate with an expiry date.',
    members: ['secret', 'days_left'],
  },
  'secret.near_expiry': {
    when: 'Once a day for each secret and certificate that expires within 30 days.',
    members: ['secret', 'days_left', 'hint'],
  },
  'cache.refresh_failed': {
    when: 'A background refresh of a token, secret, key or list failed. Callers still get the cached value.',
    members: ['key', 'code', 'detail', 'hint', 'stage', 'upstream_code', 'upstream_correlation_id'],
  },
  'credential.newest_refused': {
    when: 'The issuer refused the newest version of a credential and accepted the one before.',
    members: ['credential', 'code', 'upstream_code', 'detail', 'hint'],
  },
  'callers.not_checked': { when: 'The app starts with CALLER_AUTH=none.', members: ['hint'] },
  'proxy.ignored': {
    when: 'The app starts with HTTPS_PROXY, which Node.js ignores without NODE_USE_ENV_PROXY=1.',
    members: ['hint'],
  },
  'settings.invalid': {
    when: 'The app starts with an error in its settings or in profiles.json. One line for each error.',
    members: ['profile', 'detail', 'hint'],
  },
  defect: { when: 'The app has a defect. The line says where.', members: ['error', 'at'] },
} as const satisfies Record<string, { readonly when: string; readonly members: readonly string[] }>;

export type LogEvent = keyof typeof LOG_EVENTS;

/** One line of the log: an event of the table, with members of its own. */
export type LogEntry = {
  [E in LogEvent]: { readonly event: E } & {
    readonly [M in (typeof LOG_EVENTS)[E]['members'][number]]?: string | number | boolean | undefined;
  };
}[LogEvent];

/** What an audit line is about. Its events are `SUBJECT.refused` and, if the table has it, `SUBJECT.issued`. */
export type AuditSubject = LogEvent extends infer E ? (E extends `${infer S}.refused` ? S : never) : never;

export type IssuedSubject = LogEvent extends infer E ? (E extends `${infer S}.issued` ? S : never) : never;
