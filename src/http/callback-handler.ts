import type { HttpResponseInit } from '@azure/functions';
import { createRateLimit } from '../callers/rate-limit.ts';
import { ServiceError } from '../errors.ts';
import type { Handler } from './handler.ts';
import { readSingle } from './parameters.ts';
import { redirect } from './respond.ts';
import { nameOf } from './sign-in-cookies.ts';
import type { SignInHandlerDependencies } from './sign-in-handler.ts';

/** A code is good once. What is tried again with the same transaction must not use up what is there for everybody. */
const MAX_REDEMPTIONS_PER_TRANSACTION = 1;
/** Strangers can send us to Entra with made-up codes: so many for each minute and instance that nobody is throttled for it. */
const MAX_REDEMPTIONS = 300;

/** `/auth/callback`: where Entra sends the browser back to. */
export function createCallbackHandler({ clock, profiles, cookies }: SignInHandlerDependencies): Handler {
  const ofTransaction = createRateLimit(MAX_REDEMPTIONS_PER_TRANSACTION, clock, {
    detail: 'The answer to this sign-in has been tried in this minute already.',
    hint: 'Begin again at /api/auth/sign-in.',
  });
  const ofInstance = createRateLimit(MAX_REDEMPTIONS, clock, {
    detail: `This instance has redeemed its ${MAX_REDEMPTIONS} sign-ins for this minute.`,
    hint: 'Begin again at /api/auth/sign-in once Retry-After has passed. Where nobody floods /api/auth/callback, the function app needs more instances.',
  });
  return async ({ http, audit }) => {
    const state = readSingle(http.query, 'state') ?? '';
    const transaction = await cookies.readTransaction(http, state);
    if (transaction === undefined) throw noTransaction();
    audit.profile = transaction.profile;
    const { signIn } = profiles.findSignIn(transaction.profile);
    const code = signIn.readCode(http.query, transaction);
    ofTransaction.take(state);
    ofInstance.take('all');
    const session = await signIn.redeem(code, transaction);
    audit.caller = nameOf(session);
    const set = [...cookies.clearTransaction(state), ...(await cookies.writeSession(http, session))];
    return transaction.returnTo === null ? { ...welcome(), cookies: set } : redirect(transaction.returnTo, set);
  };
}

function noTransaction(): ServiceError {
  return new ServiceError('invalid_request', 'No sign-in is under way in this browser that this answer belongs to.', {
    hint: 'Begin again at /api/auth/sign-in, in the same browser, with cookies allowed; a sign-in must be done within ten minutes.',
  });
}

/** For a sign-in that named no address to go on to. */
function welcome(): HttpResponseInit {
  return {
    status: 200,
    headers: {
      'Content-Type': 'text/html; charset=utf-8',
      'Cache-Control': 'no-store',
      'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
      'X-Content-Type-Options': 'nosniff',
      'Referrer-Policy': 'no-referrer',
    },
    body: '<!doctype html><html lang="en"><title>Signed in</title><p>You are signed in. You can close this page.</p></html>',
  };
}
