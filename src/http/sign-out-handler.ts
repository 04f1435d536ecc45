import type { HttpHandler } from '@azure/functions';
import { readReturnAddress } from '../sign-in/read-return-address.ts';
import { createHandler } from './handler.ts';
import { readSingle } from './read-single.ts';
import { redirect, respondJson } from './respond.ts';
import type { SignInHandlerDependencies } from './sign-in-handler.ts';

/** `/auth/sign-out`: ends the session in this browser. At Entra the person stays signed in. */
export function createSignOutHandler(dependencies: SignInHandlerDependencies): HttpHandler {
  const { clock, gate, signIns, cookies, returnAddresses } = dependencies;
  return createHandler(clock, {
    methods: ['GET', 'POST'],
    respond({ http }) {
      gate.refuseFaults();
      const { profile } = signIns.find(readSingle(http.query, 'profile'));
      const returnTo = readSingle(http.query, 'return_to');
      const cleared = cookies.clearSession(http, profile);
      if (returnTo !== undefined) return redirect(readReturnAddress(returnTo, returnAddresses), cleared);
      return { ...respondJson({ signed_out: true, profile }), cookies: cleared };
    },
  });
}
