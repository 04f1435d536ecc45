import { randomUUID } from 'node:crypto';
import type { Answer, RecordedRequest } from '../emulator.ts';
import { readAuthorizeRequest } from './authorize-request.ts';
import type { AuthorizeRequest, ResponseMode } from './authorize-request.ts';
import { checkPassword } from './check-person.ts';
import { clientInfo } from './client-info.ts';
import type { User } from './directory.ts';
import { EntraRefusal } from './entra-refusal.ts';
import type { EntraService } from './entra-service.ts';
import { grantScopes } from './requested-resource.ts';
import { errorPage, signInPage } from './sign-in-page.ts';

const codeLifetimeMs = 10 * 60 * 1000;
const pageSessionLifetimeMs = 24 * 60 * 60 * 1000;

/**
 * GET shows the sign-in form, and the form's POST signs the person in. With `prompt=none` and a `login_hint` there is no form:
 * the named person counts as signed in, so that a test needs no browser.
 */
export function answerAuthorizeRequest(service: EntraService, request: RecordedRequest, tenantId: string): Answer {
  const read = readAuthorizeRequest(service, request.query, tenantId);
  if (read.kind === 'page') return errorPage(read.message);
  if (read.kind === 'redirect') return redirectBack(read, read.parameters);
  const { authorizeRequest } = read;
  if (request.method === 'POST') return signInByForm(service, authorizeRequest, request.body);
  if (authorizeRequest.isSilent) return signInSilently(service, authorizeRequest);
  return signInPage({ upn: authorizeRequest.loginHint, users: service.directory.usersOf(authorizeRequest.tenantId) });
}

function signInByForm(service: EntraService, authorizeRequest: AuthorizeRequest, body: string): Answer {
  const form = new URLSearchParams(body);
  const upn = form.get('login') ?? '';
  try {
    const user = checkPassword(service, authorizeRequest.tenantId, { upn, password: form.get('passwd') ?? '' });
    return signIn(service, authorizeRequest, user);
  } catch (error) {
    if (!(error instanceof EntraRefusal)) throw error;
    const users = service.directory.usersOf(authorizeRequest.tenantId);
    return signInPage({ upn, users, message: `AADSTS${error.code}: ${error.message}` });
  }
}

function signInSilently(service: EntraService, authorizeRequest: AuthorizeRequest): Answer {
  const { tenantId, loginHint, state } = authorizeRequest;
  const user = service.directory.findUser(tenantId, (one) => one.upn === loginHint);
  const refuse = (error: string, error_description: string): Answer =>
    redirectBack(authorizeRequest, { error, error_description, state });
  if (user === undefined)
    return refuse('login_required', 'AADSTS50058: A silent sign-in request was sent but no user is signed in.');
  if (service.interactionRequiredFor.has(user.oid)) {
    return refuse('interaction_required', 'AADSTS50076: You must use multi-factor authentication.');
  }
  try {
    return signIn(service, authorizeRequest, user);
  } catch (error) {
    if (!(error instanceof EntraRefusal)) throw error;
    return refuse('consent_required', `AADSTS${error.code}: ${error.message}`);
  }
}

function signIn(service: EntraService, authorizeRequest: AuthorizeRequest, user: User): Answer {
  const { tenantId, registration, requested, redirectUri, codeChallenge, nonce, state } = authorizeRequest;
  const nowMs = service.nowMs();
  const code = service.grants.addCode({
    granted: {
      registration,
      user,
      resource: requested.resource,
      scopes: grantScopes(registration, requested),
      openIdScopes: requested.openIdScopes,
      nonce,
      ...(authorizeRequest.isForPage ? { refreshUntilMs: nowMs + pageSessionLifetimeMs } : {}),
    },
    tenantId,
    redirectUri,
    codeChallenge,
    expiresAtMs: nowMs + codeLifetimeMs,
  });
  return redirectBack(authorizeRequest, {
    code,
    ...(authorizeRequest.wantsClientInfo ? { client_info: clientInfo(user) } : {}),
    state,
    session_state: randomUUID(),
  });
}

function redirectBack(
  { redirectUri, responseMode }: { readonly redirectUri: string; readonly responseMode: ResponseMode },
  parameters: Readonly<Record<string, string | undefined>>,
): Answer {
  const location = new URL(redirectUri);
  const answer = responseMode === 'query' ? location.searchParams : new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== undefined) answer.set(name, value);
  }
  if (responseMode === 'fragment') location.hash = answer.toString();
  return { status: 302, headers: { location: location.href, 'cache-control': 'no-store' } };
}
