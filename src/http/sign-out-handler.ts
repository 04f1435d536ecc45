import type { HttpRequest } from '@azure/functions';
import { ServiceError } from '../errors.ts';
import { readReturnAddress } from '../sign-in/read-return-address.ts';
import type { Handler } from './handler.ts';
import { respondPage, wantsPage } from './page.ts';
import { readSingle } from './parameters.ts';
import { redirect, respondJson, type HttpAnswer } from './respond.ts';
import type { SignInHandlerDependencies } from './sign-in-handler.ts';

/** `/auth/sign-out`: ends the session in this browser. At Entra the person stays signed in. */
export function createSignOutHandler({ profiles, cookies, returnOrigins }: SignInHandlerDependencies): Handler {
  return async ({ http, audit }) => {
    refuseForeignPage(http, returnOrigins);
    const { name: profile, settings } = profiles.findSignIn(readSingle(http.query, 'profile'));
    const returnTo = readSingle(http.query, 'return_to');
    const target =
      returnTo === undefined
        ? undefined
        : readReturnAddress(returnTo, { redirectUri: settings.redirectUri, returnOrigins });
    audit.profile = profile;
    audit.caller = await cookies.readPerson(http, profile);
    const cleared = cookies.clearSession(http, profile);
    return target === undefined ? { ...confirm(http, profile), cookies: cleared } : redirect(target, cleared);
  };
}

function confirm(http: HttpRequest, profile: string): HttpAnswer {
  if (!wantsPage(http)) return respondJson({ signed_out: true, profile });
  return respondPage({
    status: 200,
    title: 'You are signed out',
    text: 'This browser is signed out here. At Microsoft Entra you are still signed in: on a shared device, sign out there too.',
    action: { text: 'Sign in again', href: `sign-in?profile=${encodeURIComponent(profile)}` },
  });
}

/**
 * A link or script on another site must not end a person's session. The browser sends the cookie with such a navigation, but
 * also its origin (Fetch Metadata), which a page cannot forge. Pages of SIGN_IN_RETURN_ORIGINS may.
 */
function refuseForeignPage({ headers }: HttpRequest, returnOrigins: readonly string[]): void {
  if (headers.get('sec-fetch-site') !== 'cross-site') return;
  const from = headers.get('origin') ?? headers.get('referer') ?? '';
  if (URL.canParse(from) && returnOrigins.includes(new URL(from).origin)) return;
  throw new ServiceError('invalid_request', 'Another site requested the sign-out.', {
    reason: 'cross-site navigation',
    hint: 'To sign out, open /api/auth/sign-out in the browser. The operator can allow other sites with SIGN_IN_RETURN_ORIGINS.',
  });
}
