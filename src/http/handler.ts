import type { HttpHandler, HttpMethod, HttpRequest, HttpResponseInit, InvocationContext } from '@azure/functions';
import { describeIssue, describeRefusal, type AuditContext, type AuditRecord } from '../audit.ts';
import type { Clock } from '../clock.ts';
import { ServiceError } from '../errors.ts';
import type { AuditSubject, LogEntry } from '../log-events.ts';
import { describeChallenge } from './challenge.ts';
import { respondProblem } from './problem.ts';

export interface HandlerRequest {
  readonly http: HttpRequest;
  readonly audit: AuditRecord;
}

export interface HandlerOptions {
  readonly methods: readonly HttpMethod[];
  /** The audit event is `NAME.issued` or `NAME.refused`; without it nothing is given here that an audit would ask for. */
  readonly audits?: AuditSubject;
  /** Whether errors also speak OAuth 2.0. */
  readonly oauth?: boolean;
  readonly respond: (request: HandlerRequest) => HttpResponseInit | Promise<HttpResponseInit>;
}

/**
 * The outermost layer of every route: it checks the method, writes the audit line, and turns whatever is thrown into an answer.
 * It never throws: the host would answer 500 with an empty body.
 */
export function createHandler(clock: Clock, options: HandlerOptions): HttpHandler {
  const { methods, audits, oauth = false, respond } = options;
  return async (http, invocation) => {
    const startedAt = clock.now();
    const audit: AuditRecord = {};
    const describeContext = (subject: AuditSubject): AuditContext => ({
      subject,
      startedAt,
      now: clock.now(),
      requestId: invocation.invocationId,
      correlationId: readCorrelationId(http),
    });
    try {
      checkMethod(http.method, methods);
      const response = await respond({ http, audit });
      if (audits !== undefined) writeLine(invocation, 'info', describeIssue(audit, describeContext(audits)));
      return response;
    } catch (thrown) {
      const error = thrown instanceof ServiceError ? thrown : concealDefect(thrown, invocation);
      if (audits !== undefined) writeLine(invocation, 'warn', describeRefusal(error, audit, describeContext(audits)));
      return respondProblem(error, {
        requestId: invocation.invocationId,
        oauth,
        headers: {
          ...(error.code === 'method_not_allowed' ? { Allow: methods.join(', ') } : {}),
          ...describeChallenge(error, http.url),
        },
      });
    }
  };
}

/** Enough to find a defect by. */
const MAX_FRAMES = 5;

function checkMethod(method: string, methods: readonly HttpMethod[]): void {
  if ((methods as readonly string[]).includes(method)) return;
  throw new ServiceError('method_not_allowed', `${method} is not allowed here.`, {
    hint: `Use ${methods.join(' or ')}.`,
  });
}

/** A defect's own words may quote anything. Where it was thrown goes to the log, what it says goes nowhere. */
function concealDefect(thrown: unknown, invocation: InvocationContext): ServiceError {
  const name = thrown instanceof Error && /^[a-z]{1,64}$/i.test(thrown.name) ? thrown.name : typeof thrown;
  const at = thrown instanceof Error ? framesOf(thrown).join(' | ') : '';
  writeLine(invocation, 'error', { event: 'defect', error: name, at });
  return new ServiceError('internal', 'A defect of this program. The log of this invocation says where.');
}

/** A stack begins with the message, whose lines may look like frames; where that cannot be cut off, nothing is told. */
function framesOf({ stack = '', message }: Error): string[] {
  const start = stack.indexOf(message);
  if (start < 0) return [];
  const lines = stack.slice(start + message.length).split('\n');
  return lines
    .filter((line) => /^\s+at /.test(line))
    .slice(0, MAX_FRAMES)
    .map((frame) => frame.trim());
}

function writeLine(invocation: InvocationContext, level: 'info' | 'warn' | 'error', entry: LogEntry): void {
  invocation[level](JSON.stringify(entry));
}

/** The trace id of a W3C `traceparent`: what Application Insights calls the operation. */
function readCorrelationId(http: HttpRequest): string | undefined {
  const traceparent = http.headers.get('traceparent');
  if (traceparent === null) return undefined;
  return /^[\da-f]{2}-([\da-f]{32})-[\da-f]{16}-[\da-f]{2}$/.exec(traceparent)?.[1];
}
