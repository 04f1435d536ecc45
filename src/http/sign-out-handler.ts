import { readReturnAddress } from '../sign-in/read-return-address.ts';
import type { Handler } from './handler.ts';
import { readSingle } from './parameters.ts';
import { redirect, respondJson } from './respond.ts';
import type { SignInHandlerDependencies } from './sign-in-handler.ts';

/** `/auth/sign-out`: ends the session in this browser. At Entra the person stays signed in. */
export function createSignOutHandler({ profiles, cookies, returnOrigins }: SignInHandlerDependencies): Handler {
  return ({ http }) => {
    const { name: profile, settings } = profiles.findSignIn(readSingle(http.query, 'profile'));
    const returnTo = readSingle(http.query, 'return_to');
    const cleared = cookies.clearSession(http, profile);
    if (returnTo !== undefined)
      return redirect(readReturnAddress(returnTo, { redirectUri: settings.redirectUri, returnOrigins }), cleared);
    return { ...respondJson({ signed_out: true, profile }), cookies: cleared };
  };
}
