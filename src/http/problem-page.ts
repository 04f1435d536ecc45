import { ERROR_CODES, UpstreamError, type ServiceError } from '../errors.ts';
import { respondPage } from './page.ts';
import { retryAfter } from './problem.ts';
import type { HttpAnswer } from './respond.ts';

/** The application has no consent yet, or the person declined. */
const CONSENT_CODES = new Set([
  'AADSTS65001',
  'AADSTS65004',
  'AADSTS90008',
  'AADSTS90093',
  'AADSTS90094',
  'AADSTS90095',
  'AADSTS90099',
  'consent_required',
]);
const ASSIGNMENT_CODE = 'AADSTS50105';

export interface ProblemPageOptions {
  readonly requestId: string;
  /** The profile, if it is known: the link then signs in with the same one. */
  readonly profile: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
}

/** A ServiceError for a person at a browser, with the same status as its JSON. */
export function respondProblemPage(
  error: ServiceError,
  { requestId, profile, headers }: ProblemPageOptions,
): HttpAnswer {
  const { status, title } = ERROR_CODES[error.code];
  const query = profile === undefined ? '' : `?profile=${encodeURIComponent(profile)}`;
  return respondPage({
    status,
    title: titleOf(error) ?? title,
    text: textOf(error),
    action: newSignInHelps(error) ? { text: 'Sign in again', href: `sign-in${query}` } : undefined,
    requestId,
    headers: { ...retryAfter(error), ...headers },
  });
}

/** A link to the same error would only send the person in circles. */
function newSignInHelps(error: ServiceError): boolean {
  return error.newSignInHelps !== false && error.code !== 'misconfigured';
}

function titleOf({ code, newSignInHelps }: ServiceError): string | undefined {
  if (newSignInHelps === false) return 'There is no sign-in at this address';
  switch (code) {
    case 'invalid_request':
    case 'interaction_required':
      return 'You are not signed in';
    case 'rate_limited':
      return 'Too many sign-ins';
    default:
      return undefined;
  }
}

function textOf(error: ServiceError): string {
  if (error.newSignInHelps === false) {
    return 'Open the application, and sign in or out from there. If you see this page again, give the request id to the operator of the application: the log says why.';
  }
  if (error.code === 'misconfigured')
    return `${error.message} Give the request id to the operator of this application.`;
  const code = error instanceof UpstreamError ? (error.upstream.code ?? '') : '';
  if (CONSENT_CODES.has(code)) {
    return `${error.message} This application needs consent. Give it yourself if your organization allows that, or ask an administrator of Microsoft Entra (a Cloud Application Administrator). Then sign in again.`;
  }
  if (code === ASSIGNMENT_CODE) {
    return `${error.message} Your account is not assigned to this application. Ask the owner of the application in Microsoft Entra to assign you, then sign in again.`;
  }
  if (error.retryAfterSeconds !== undefined) {
    return `${error.message} Wait ${error.retryAfterSeconds} seconds, then sign in again.`;
  }
  return ERROR_CODES[error.code].status < 500
    ? error.message
    : `${error.message} If it happens again, give the request id to the operator of this application.`;
}
