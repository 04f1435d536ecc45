import { styleText } from 'node:util';
import * as v from 'valibot';
import { createConsoleLog, escapeControls, type HostLog, type HostLogEntry } from '../host/host-log.ts';

type Level = 'info' | 'warn' | 'error';

/** One line for the developer, or several if a hint belongs to it. */
export interface LogLine {
  readonly level: Level;
  readonly text: string;
}

export interface ReadableLogOptions {
  readonly write: (line: LogLine) => void;
  /** Complete entries, as func prints them. */
  readonly isVerbose: boolean;
  /** Requests with this user agent are not shown, because a rehearsal reports them itself. */
  readonly hiddenUserAgent?: string;
  readonly now: () => Date;
}

// The most important members. Each event has only some of them.
const eventSchema = v.object({
  event: v.string(),
  /** In events outside a request. The host knows only whether they came on stdout or stderr. */
  level: v.optional(v.string()),
  outcome: v.optional(v.string()),
  caller: v.optional(v.string()),
  cache: v.optional(v.string()),
  profile: v.optional(v.string()),
  code: v.optional(v.string()),
  detail: v.optional(v.string()),
  reason: v.optional(v.string()),
  hint: v.optional(v.string()),
});
export type AppEvent = v.InferOutput<typeof eventSchema>;
type Message = Extract<HostLogEntry, { kind: 'message' }>;
type Request = Extract<HostLogEntry, { kind: 'request' }>;

/**
 * Makes short lines of the host's entries: one for each request, with the caller and the cache from its audit line,
 * and one for each warning of the app.
 */
export function createReadableLog({ write, isVerbose, hiddenUserAgent, now }: ReadableLogOptions): HostLog {
  const audits = new Map<string, AppEvent>();
  const show = (level: Level, text: string, hints: readonly string[] = []): void => {
    const clock = styleText('dim', now().toTimeString().slice(0, 8));
    const hintLines = hints.map((hint) => `\n          ${styleText('cyan', '→')} ${escapeControls(hint)}`);
    write({ level, text: `${clock}  ${text}${hintLines.join('')}` });
  };
  const showRequest = (request: Request): void => {
    const audit = audits.get(request.invocationId ?? '');
    audits.delete(request.invocationId ?? '');
    if (request.userAgent !== undefined && request.userAgent === hiddenUserAgent) return;
    if (isSentByBrowser(request)) return;
    const outcome = audit === undefined ? describeWithoutAudit(request) : describeAudit(audit);
    show(levelOf(request), describeRequest(request, outcome), [...adviceOf(audit), ...adviseOnCors(request)]);
  };
  const showMessage = (message: Message): void => {
    const event = readEvent(message.message);
    if (event?.outcome !== undefined && message.invocationId !== undefined) {
      audits.set(message.invocationId, event);
      return;
    }
    const isError = event?.level === 'error' || message.level === 'error' || message.level === 'critical';
    const level = isError ? 'error' : 'warn';
    if (level === 'warn' && message.level !== 'warning') return;
    if (event?.event === 'settings.invalid') {
      write({ level, text: `${styleText('yellow', '!')} ${escapeControls(describeSettingsError(event))}` });
      return;
    }
    const text = event === undefined ? escapeControls(message.message) : describeEvent(event);
    show(level, `${styleText(level === 'error' ? 'red' : 'yellow', level)}  ${text}`, adviceOf(event));
  };
  if (isVerbose)
    return createConsoleLog((line) => {
      write({ level: 'info', text: line.trimEnd() });
    });
  return (entry) => {
    if (entry.kind === 'request') showRequest(entry);
    else showMessage(entry);
  };
}

function describeRequest({ method, path, status, durationMs }: Request, outcome: readonly string[]): string {
  const colour = status < 400 ? 'green' : status < 500 ? 'yellow' : 'red';
  return [
    `${method.padEnd(4)} ${escapeControls(path)}`,
    styleText(colour, String(status)),
    `${Math.round(durationMs)} ms`,
    ...outcome,
  ]
    .filter((part) => part !== '')
    .join('  ');
}

function describeAudit({ caller, cache, code, detail }: AppEvent): readonly string[] {
  const problem = code === undefined ? '' : `${code}: ${detail ?? ''}`;
  return [describeCaller(caller), cache ?? '', escapeControls(problem)];
}

// Browsers request the icon and send preflights by themselves. A preflight that is refused has no request after it.
function isSentByBrowser({ method, path, status, refusedOrigin }: Request): boolean {
  return path === '/favicon.ico' || (method === 'OPTIONS' && status < 400 && refusedOrigin === undefined);
}

function adviseOnCors({ refusedOrigin }: Request): string[] {
  if (refusedOrigin === undefined) return [];
  return [
    `The browser does not give this answer to pages of ${refusedOrigin}: Host.CORS in local.settings.json does not list this origin, exactly as written here.`,
  ];
}

/** A caller as the lines show it. The app logs `tenant/object id`; here the tenant is always the same, and grants name the object id. */
export function describeCaller(caller = ''): string {
  return /^[\da-f-]{36}\/([\da-f-]{36})$/.exec(caller)?.[1] ?? caller;
}

// The app logs one refusal a minute of each kind without a credential, and no answer of its open routes.
function describeWithoutAudit({ status, invocationId }: Request): readonly string[] {
  if (status < 400) return [];
  if (invocationId !== undefined) return ['the answer says why'];
  return status === 404 ? ['no route has this path'] : [];
}

// The caller must not learn the reason, but the developer may.
function adviceOf({ code, reason, hint, caller }: Partial<AppEvent> = {}): readonly string[] {
  // The hint of a missing grant tells the caller to ask the operator. Here the developer is the operator.
  const isAboutGrants = code === 'forbidden' && hint?.includes('the operator') === true;
  const advice = isAboutGrants ? adviseOnGrants({ reason, caller }) : hint;
  // A reason of one word is a code, whose meaning is in the detail.
  const isSentence = reason?.includes(' ') === true;
  return [isSentence ? `Reason: ${reason}.` : undefined, advice].filter((line) => line !== undefined);
}

function adviseOnGrants({ reason = '', caller }: Pick<AppEvent, 'reason' | 'caller'>): string {
  if (caller === 'key' && / claim /.test(reason))
    return 'A caller with a function key has no claims. Set CALLER_AUTH=entra, and send a token of the caller: docs/callers.md.';
  return reason.startsWith('there are no grants')
    ? 'Write "grants" in profiles.json. To try the example: cp profiles.example.json profiles.json'
    : 'Change "grants" in profiles.json. docs/callers.md explains grants.';
}

// An error in a file begins with the name of the file.
function describeSettingsError({ detail = '' }: AppEvent): string {
  return /^[A-Z][A-Z\d_]* /.test(detail) ? `The setting ${detail}` : detail;
}

function describeEvent({ event, profile, code, detail }: AppEvent): string {
  return escapeControls([event, profile, code, detail].filter((part) => part !== undefined).join('  '));
}

function levelOf({ status, refusedOrigin }: Request): Level {
  if (status >= 500) return 'error';
  return status >= 400 || refusedOrigin !== undefined ? 'warn' : 'info';
}

/** The event of the app that the line contains; undefined if it contains none. */
export function readEvent(message: string): AppEvent | undefined {
  if (!message.startsWith('{')) return undefined;
  try {
    const event = v.safeParse(eventSchema, JSON.parse(message));
    return event.success ? event.output : undefined;
  } catch {
    // Not an event of the app: shown as text.
    return undefined;
  }
}
