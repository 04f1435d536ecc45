import type { HttpMethod, HttpRequest, InvocationContext } from '@azure/functions';
import { describeIssue, describeRefusal, type AuditContext, type AuditRecord } from '../audit.ts';
import type { Clock } from '../clock.ts';
import { ServiceError } from '../errors.ts';
import type { Caller } from '../callers/caller.ts';
import type { PublicAddress } from '../config/read-public-address.ts';
import type { Gate } from '../callers/gate.ts';
import { LOG_EVENTS, type AuditSubject, type IssuedSubject, type LogEntry } from '../log-events.ts';
import { describeChallenge } from './challenge.ts';
import { readGrantTypes } from './parameters.ts';
import { wantsPage } from './page.ts';
import { respondProblemPage } from './problem-page.ts';
import { respondProblem } from './problem.ts';
import { addressOf, publicPrefix } from './public-address.ts';
import type { RefusalCounter } from './refusal-counter.ts';
import type { HttpAnswer } from './respond.ts';
import type { Route } from './routes.ts';

export interface HandlerRequest {
  readonly http: HttpRequest;
  /** What the handler knows about the request, for the audit line. */
  readonly audit: AuditRecord;
  /** Every `grant_type` of a form, on the token routes: only standard OAuth clients send one. */
  readonly grantTypes: readonly string[];
}

/** A request whose caller has passed CALLER_AUTH. */
export interface GuardedRequest extends HandlerRequest {
  readonly caller: Caller;
}

/** Answers one request. Throws a ServiceError to refuse it. */
export type Handler<R extends HandlerRequest = HandlerRequest> = (request: R) => HttpAnswer | Promise<HttpAnswer>;

/** The handler of a function. */
export type HttpFunctionHandler = (http: HttpRequest, invocation: InvocationContext) => Promise<HttpAnswer>;

/** A route with its handler. Only the handler of a guarded route gets a caller. */
export type HandledRoute = Route &
  (
    | { readonly access: 'open'; readonly handler: Handler }
    | { readonly access: 'guarded' | 'diagnosis'; readonly handler: Handler<GuardedRequest> }
  );

export interface HandlerDependencies {
  readonly clock: Clock;
  readonly gate: Pick<Gate, 'admit' | 'admitToDiagnosis'>;
  readonly refusals: RefusalCounter;
  readonly publicAddress: PublicAddress;
}

/**
 * The outermost layer of every route: it checks the method, verifies the caller, writes the audit line, and turns every error
 * into an answer. It never throws, because the host would answer 500 with an empty body.
 */
export function createHttpHandler(
  route: HandledRoute,
  { clock, gate, refusals, publicAddress }: HandlerDependencies,
): HttpFunctionHandler {
  const { methods, audits, oauth = false } = route;
  const prefix = publicPrefix(publicAddress);
  const issues = logsIssues(audits) ? audits : undefined;
  return async (http, invocation) => {
    const startedAt = clock.now();
    const audit: AuditRecord = {};
    const grantTypes = oauth && http.method === 'POST' ? await readGrantTypes(http) : [];
    const describeContext = <S extends AuditSubject>(subject: S): AuditContext<S> => ({
      subject,
      startedAt,
      now: clock.now(),
      requestId: invocation.invocationId,
      operationId: readOperationId(http),
    });
    refusals.report();
    try {
      checkMethod(http.method, methods);
      const response = await answer(route, { http, audit, grantTypes }, gate);
      if (issues !== undefined) writeLine(invocation, 'info', describeIssue(audit, describeContext(issues)));
      return response;
    } catch (thrown) {
      const error = thrown instanceof ServiceError ? thrown : concealDefect(thrown, invocation);
      if (audits !== undefined) {
        const line = describeRefusal(error, audit, describeContext(audits));
        if (isWorthALine(error, line, { http, audit }, refusals)) writeLine(invocation, 'warn', line);
      }
      const { invocationId: requestId } = invocation;
      const headers = {
        ...(error.code === 'method_not_allowed' ? { Allow: methods.join(', ') } : {}),
        ...describeChallenge(error, addressOf(http.url, publicAddress)),
      };
      return route.showsPages === true && wantsPage(http)
        ? respondProblemPage(error, { requestId, profile: audit.profile, headers })
        : respondProblem(error, { requestId, oauth, isStockClient: grantTypes.length > 0, headers, prefix });
    }
  };
}

function logsIssues(subject: AuditSubject | undefined): subject is IssuedSubject {
  return subject !== undefined && `${subject}.issued` in LOG_EVENTS;
}

/** Every defect and every refusal of a known caller is logged, but only some refusals of unknown callers. */
function isWorthALine(
  { code }: ServiceError,
  { event }: LogEntry,
  { http, audit }: Pick<HandlerRequest, 'http' | 'audit'>,
  refusals: RefusalCounter,
): boolean {
  if (audit.caller !== undefined || code === 'internal') return true;
  const hasCredential = ['authorization', 'x-ms-client-principal', 'cookie'].some((name) => http.headers.has(name));
  return refusals.takeLine({ event, code, hasCredential });
}

async function answer(
  route: HandledRoute,
  request: HandlerRequest,
  gate: HandlerDependencies['gate'],
): Promise<HttpAnswer> {
  if (route.access === 'open') return route.handler(request);
  const admit = route.access === 'diagnosis' ? gate.admitToDiagnosis : gate.admit;
  return route.handler({ ...request, caller: await admit(request.http.headers, request.audit) });
}

/** Enough to find a defect. */
const MAX_FRAMES = 5;

function checkMethod(method: string, methods: readonly HttpMethod[]): void {
  if ((methods as readonly string[]).includes(method)) return;
  throw new ServiceError('method_not_allowed', `${method} is not allowed here.`, {
    hint: `Use ${methods.join(' or ')}.`,
  });
}

/** The message of a defect may contain anything, so it is not used. The log says where the defect was thrown. */
function concealDefect(thrown: unknown, invocation: InvocationContext): ServiceError {
  const name = thrown instanceof Error && /^[a-z]{1,64}$/i.test(thrown.name) ? thrown.name : typeof thrown;
  const at = thrown instanceof Error ? framesOf(thrown).join(' | ') : '';
  writeLine(invocation, 'error', { event: 'defect', error: name, at });
  return new ServiceError(
    'internal',
    'Internal error. Give the request_id to the operator, who finds the place in the log.',
  );
}

/** A stack begins with the message, whose lines may look like frames. Without the end of the message there are no frames. */
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

/** The trace id of a W3C `traceparent`, which Application Insights calls the operation. */
function readOperationId(http: HttpRequest): string | undefined {
  const traceparent = http.headers.get('traceparent');
  if (traceparent === null) return undefined;
  return /^[\da-f]{2}-([\da-f]{32})-[\da-f]{16}-[\da-f]{2}$/.exec(traceparent)?.[1];
}
