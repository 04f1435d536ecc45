import { HttpRequest, InvocationContext, type HttpRequestInit } from '@azure/functions';
import { createAccessToken, type AccessToken, type AccessTokenParts } from '../../src/tokens/access-token.ts';
import type { Moment } from '../../src/clock.ts';
import type { AssertionForm } from '../../src/issuers/discovery.ts';
import type { TokenAnswer, TokenRequest } from '../../src/issuers/token-request.ts';
import type { HandlerDependencies } from '../../src/http/handler.ts';
import type { LogLine } from './record-log.ts';
import type { Secret } from '../../src/secrets/secret-store.ts';
import { the } from './the.ts';

/** Example values. They are valid except for the members that a test sets. */
export const some = {
  moment: (passedMs = 0): Moment => ({ wallMs: the.startMs + passedMs, monotonicMs: passedMs }),

  accessToken: (parts: Partial<AccessTokenParts> = {}): AccessToken =>
    createAccessToken({
      value: 'opaque-token',
      scope: the.scope,
      requestedAt: some.moment(),
      lifetimeMs: 3_600_000,
      ...parts,
    }),

  /** A JWT with readable claims and without a valid signature. */
  jwt: (claims: Readonly<Record<string, unknown>> = {}): string =>
    [{ alg: 'RS256', typ: 'JWT' }, claims]
      .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
      .concat('signature')
      .join('.'),

  secret: (members: Partial<Secret> = {}): Secret => ({
    name: the.secretName,
    value: 'Xy8Q~the-first-secret_of.them-all~0123456',
    version: 'v1',
    createdOnMs: the.startMs - 90 * 86_400_000,
    expiresOnMs: the.startMs + 90 * 86_400_000,
    ...members,
  }),

  tokenRequest: (members: Partial<TokenRequest> = {}): TokenRequest => ({
    issuer: the.issuer,
    tokenEndpoint: the.tokenEndpoint,
    isEntra: true,
    clientId: the.clientId,
    grantType: 'client_credentials',
    parameters: { scope: the.scope },
    scope: the.scope,
    isForPerson: false,
    ...members,
  }),

  assertionForm: (members: Partial<AssertionForm> = {}): AssertionForm => ({
    audience: the.tokenEndpoint,
    type: 'JWT',
    algorithm: 'PS256',
    ...members,
  }),

  /** The answer of Entra, changed by the given members; undefined ones are left out. */
  tokenResponse: (members: Readonly<Record<string, unknown>> = {}): Record<string, unknown> => ({
    token_type: 'Bearer',
    expires_in: 3599,
    ext_expires_in: 3599,
    access_token: 'opaque-token',
    ...members,
  }),

  /** The refusal of Entra. */
  entraRefusal: (code: number, members: Readonly<Record<string, unknown>> = {}): Record<string, unknown> => ({
    error: 'invalid_client',
    error_description: `AADSTS${code}: Something that quotes what was sent.`,
    error_codes: [code],
    timestamp: '2027-01-15 08:00:00Z',
    trace_id: the.traceId,
    correlation_id: the.correlationId,
    ...members,
  }),

  /** An answer of a token endpoint; a body that is not text becomes JSON. */
  tokenAnswer: (
    body: unknown,
    { status = 200, headers = {} }: { status?: number; headers?: Record<string, string> } = {},
  ): TokenAnswer => ({
    status,
    headers: new Headers(headers),
    text: typeof body === 'string' ? body : JSON.stringify(body),
    sentAt: some.moment(),
  }),

  httpRequest: ({ search = '', ...init }: HttpRequestInit & { search?: string } = {}): HttpRequest =>
    new HttpRequest({ method: 'GET', url: `http://localhost:7071/api/token${search}`, ...init }),

  /** A gate that admits no caller, for open routes, which never call it. */
  gate: (): HandlerDependencies['gate'] => {
    const refuse = (): Promise<never> => Promise.reject(new Error('This route asks the gate.'));
    return { admit: refuse, admitToDiagnosis: refuse };
  },

  /** The public address comes only from the request. */
  publicAddress: { url: undefined, routePrefix: '/api' },

  /** Logs every refusal. */
  refusals: (): HandlerDependencies['refusals'] => ({ takeLine: () => true, report: () => undefined }),

  /** The context of one invocation, and the lines that are logged in it. */
  invocation: (): { context: InvocationContext; lines: (LogLine & { level: string })[] } => {
    const lines: (LogLine & { level: string })[] = [];
    const context = new InvocationContext({
      invocationId: the.requestId,
      functionName: 'test',
      logHandler: (level, ...args) => {
        lines.push({ level, ...(JSON.parse(String(args[0])) as LogLine) });
      },
    });
    return { context, lines };
  },
};
