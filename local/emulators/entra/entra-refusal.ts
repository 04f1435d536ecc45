import { randomUUID } from 'node:crypto';
import type { Answer, RecordedRequest } from '../emulator.ts';
import type { EntraService } from './entra-service.ts';

/** The OAuth error that Entra sends with each of its codes. */
const oauthErrors = {
  50012: 'invalid_client',
  50034: 'invalid_grant',
  50053: 'invalid_grant',
  50055: 'invalid_grant',
  50057: 'invalid_grant',
  50059: 'invalid_request',
  50076: 'invalid_grant',
  50126: 'invalid_grant',
  50013: 'invalid_grant',
  50173: 'invalid_grant',
  54005: 'invalid_grant',
  65001: 'invalid_grant',
  70000: 'invalid_grant',
  70003: 'unsupported_grant_type',
  70008: 'invalid_grant',
  70011: 'invalid_scope',
  70025: 'invalid_client',
  90002: 'invalid_request',
  500011: 'invalid_resource',
  500112: 'invalid_client',
  501491: 'invalid_request',
  500131: 'invalid_grant',
  500133: 'invalid_grant',
  501481: 'invalid_grant',
  700016: 'unauthorized_client',
  700021: 'invalid_client',
  700022: 'invalid_request',
  700023: 'invalid_client',
  700024: 'invalid_client',
  700025: 'invalid_client',
  700027: 'invalid_client',
  700054: 'unsupported_response_type',
  700082: 'invalid_grant',
  700084: 'invalid_grant',
  700211: 'invalid_client',
  700212: 'invalid_client',
  700213: 'invalid_client',
  700229: 'invalid_client',
  900144: 'invalid_request',
  900561: 'invalid_request',
  901002: 'invalid_request',
  1002012: 'invalid_scope',
  7000112: 'unauthorized_client',
  7000114: 'invalid_grant',
  7000215: 'invalid_client',
  7000218: 'invalid_client',
  7000222: 'invalid_client',
  9000411: 'invalid_request',
  9001023: 'invalid_request',
  9002313: 'invalid_request',
  9002326: 'invalid_request',
  9002327: 'invalid_request',
} as const;

export type EntraCode = keyof typeof oauthErrors;

/** A refusal of Entra: an AADSTS code and for some codes additional members (`claims`, `suberror`). */
export class EntraRefusal extends Error {
  override readonly name = 'EntraRefusal';
  readonly code: EntraCode;
  readonly extraMembers: Readonly<Record<string, unknown>>;

  constructor(code: EntraCode, message: string, extraMembers: Readonly<Record<string, unknown>> = {}) {
    super(message);
    this.code = code;
    this.extraMembers = extraMembers;
  }

  get oauthError(): string {
    return oauthErrors[this.code];
  }
}

/** The refusal as Entra's token endpoint writes it. */
export function toRefusalAnswer(service: EntraService, request: RecordedRequest, refusal: EntraRefusal): Answer {
  const traceId = randomUUID();
  const askedCorrelationId = request.headers['client-request-id'];
  const correlationId = typeof askedCorrelationId === 'string' ? askedCorrelationId : randomUUID();
  const timestamp = `${new Date(service.nowMs()).toISOString().slice(0, 19).replace('T', ' ')}Z`;
  return {
    status: refusal.oauthError === 'invalid_client' ? 401 : 400,
    headers: { 'cache-control': 'no-store, no-cache', pragma: 'no-cache', 'x-ms-request-id': traceId },
    body: {
      error: refusal.oauthError,
      error_description:
        `AADSTS${refusal.code}: ${refusal.message} ` +
        `Trace ID: ${traceId} Correlation ID: ${correlationId} Timestamp: ${timestamp}`,
      error_codes: [refusal.code],
      timestamp,
      trace_id: traceId,
      correlation_id: correlationId,
      error_uri: `${service.url()}/error?code=${refusal.code}`,
      ...refusal.extraMembers,
    },
  };
}
