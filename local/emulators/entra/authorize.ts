import { randomUUID } from 'node:crypto';
import type { Answer, RecordedRequest } from '../emulator.ts';
import { readAuthorizeRequest } from './authorize-request.ts';
import type { AuthorizeRequest } from './authorize-request.ts';
import { checkPassword } from './check-person.ts';
import type { User } from './directory.ts';
import { EntraRefusal } from './entra-refusal.ts';
import type { EntraService } from './entra-service.ts';
import { grantScopes } from './requested-resource.ts';
import { errorPage, signInPage } from './sign-in-page.ts';

const codeLifetimeMs = 10 * 60 * 1000;

/**
 * GET shows the sign-in form, its POST signs in. With `prompt=none` and a `login_hint` nobody is asked: the
 * person counts as signed in already, which lets a test go through without a browser.
 */
export function answerAuthorizeRequest(service: EntraService, request: RecordedRequest, tenantId: string): Answer {
  const read = readAuthorizeRequest(service, request.query, tenantId);
  if (read.kind === 'page') return errorPage(read.message);
  if (read.kind === 'redirect') return redirectBack(read.redirectUri, read.parameters);
  const { authorizeRequest } = read;
  if (request.method === 'POST') return signInByForm(service, authorizeRequest, request.body);
  return authorizeRequest.isSilent ? signInSilently(service, authorizeRequest) : signInPage(authorizeRequest.loginHint);
}

function signInByForm(service: EntraService, authorizeRequest: AuthorizeRequest, body: string): Answer {
  const form = new URLSearchParams(body);
  const upn = form.get('login') ?? '';
  try {
    const user = checkPassword(service, authorizeRequest.tenantId, { upn, password: form.get('passwd') ?? '' });
    return signIn(service, authorizeRequest, user);
  } catch (error) {
    if (!(error instanceof EntraRefusal)) throw error;
    return signInPage(upn, `AADSTS${error.code}: ${error.message}`);
  }
}

function signInSilently(service: EntraService, authorizeRequest: AuthorizeRequest): Answer {
  const { tenantId, loginHint, redirectUri, state } = authorizeRequest;
  const user = service.directory.findUser(tenantId, (one) => one.upn === loginHint);
  const refuse = (error: string, error_description: string): Answer =>
    redirectBack(redirectUri, { error, error_description, state });
  if (user === undefined) return refuse('login_required', 'AADSTS50058: Nobody is signed in.');
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
  const code = service.grants.addCode({
    granted: {
      registration,
      user,
      resource: requested.resource,
      scopes: grantScopes(registration, requested),
      openIdScopes: requested.openIdScopes,
      nonce,
    },
    tenantId,
    redirectUri,
    codeChallenge,
    expiresAtMs: service.nowMs() + codeLifetimeMs,
  });
  return redirectBack(redirectUri, { code, state, session_state: randomUUID() });
}

function redirectBack(redirectUri: string, parameters: Readonly<Record<string, string | undefined>>): Answer {
  const location = new URL(redirectUri);
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== undefined) location.searchParams.set(name, value);
  }
  return { status: 302, headers: { location: location.href, 'cache-control': 'no-store' } };
}
