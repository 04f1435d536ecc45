import type { HttpRequest } from '@azure/functions';
import { readClientNetwork } from '../callers/client-address.ts';
import { ServiceError } from '../errors.ts';
import type { Handler } from './handler.ts';
import { respondPage, wantsPage } from './page.ts';
import { readSingle } from './parameters.ts';
import { createRedemptionLimit } from './redemption-limit.ts';
import { redirect, respondJson, type HttpAnswer } from './respond.ts';
import { nameOf } from './sign-in-cookies.ts';
import type { SignInHandlerDependencies } from './sign-in-handler.ts';

/** `/auth/callback`: Entra redirects the browser to it. */
export function createCallbackHandler({ clock, profiles, cookies }: SignInHandlerDependencies): Handler {
  const limit = createRedemptionLimit(clock);

  /** A reload of the page that confirmed a sign-in: its script has removed the parameters. */
  async function findSession(http: HttpRequest): Promise<{ profile: string; person: string } | undefined> {
    if (http.query.size > 0) return undefined;
    for (const { kind, name } of profiles.all) {
      const person = kind === 'sign-in' ? await cookies.readPerson(http, name) : undefined;
      if (person !== undefined) return { profile: name, person };
    }
    return undefined;
  }

  return async ({ http, audit }) => {
    const state = readSingle(http.query, 'state') ?? '';
    const transaction = await cookies.readTransaction(http, state);
    if (transaction === undefined) {
      const signedIn = await findSession(http);
      if (signedIn === undefined) throw noTransaction();
      audit.profile = signedIn.profile;
      audit.caller = signedIn.person;
      return confirm(http, signedIn.profile);
    }
    audit.profile = transaction.profile;
    const { signIn } = profiles.findSignIn(transaction.profile);
    const code = signIn.readCode(http.query, transaction);
    const network = readClientNetwork(http.headers);
    limit.take({ state, network });
    const session = await signIn.redeem(code, transaction);
    limit.noteSuccess(network);
    audit.caller = nameOf(session);
    const set = [...cookies.clearTransaction(state), ...(await cookies.writeSession(http, session))];
    return transaction.returnTo === null
      ? { ...confirm(http, transaction.profile), cookies: set }
      : redirect(transaction.returnTo, set);
  };
}

function noTransaction(): ServiceError {
  return new ServiceError('invalid_request', 'This browser has no pending sign-in that matches this response.', {
    hint: 'Sign in again at /api/auth/sign-in, in the same browser, with cookies allowed. You have ten minutes.',
  });
}

/** For a sign-in without `return_to`. */
function confirm(http: HttpRequest, profile: string): HttpAnswer {
  if (!wantsPage(http)) return respondJson({ signed_in: true, profile });
  return respondPage({
    status: 200,
    title: 'You are signed in',
    text: 'You can close this page and return to the application.',
    action: { text: 'Sign out', href: `sign-out?profile=${encodeURIComponent(profile)}` },
  });
}
