import type { HttpRequest } from '@azure/functions';
import type { Clock } from '../clock.ts';
import { ServiceError } from '../errors.ts';
import type { Profiles } from '../profiles/profiles.ts';
import { readReturnAddress } from '../sign-in/read-return-address.ts';
import type { Handler } from './handler.ts';
import { readSingle } from './parameters.ts';
import { redirect } from './respond.ts';
import type { SignInCookies } from './sign-in-cookies.ts';

export interface SignInHandlerDependencies {
  readonly clock: Clock;
  readonly profiles: Profiles;
  readonly cookies: SignInCookies;
  /** Origins that `return_to` may name, in addition to this site. */
  readonly returnOrigins: readonly string[];
}

const MAX_CLAIMS_CHARACTERS = 2_048;

/** `/auth/sign-in`: redirects the browser to Entra. */
export function createSignInHandler(dependencies: SignInHandlerDependencies): Handler {
  const { profiles, cookies, returnOrigins } = dependencies;
  return async ({ http, audit }) => {
    const { name, settings, signIn } = profiles.findSignIn(readSingle(http.query, 'profile'));
    audit.profile = name;
    const returnTo = readSingle(http.query, 'return_to');
    const { location, transaction } = await signIn.begin({
      returnTo:
        returnTo === undefined
          ? undefined
          : readReturnAddress(returnTo, { redirectUri: settings.redirectUri, returnOrigins }),
      claims: readClaims(http),
    });
    return redirect(location, await cookies.writeTransaction(http, transaction));
  };
}

/** The `claims` of an `interaction_required`: a JSON object that Entra reads (OpenID Connect Core section 5.5). */
function readClaims(http: HttpRequest): string | undefined {
  const claims = readSingle(http.query, 'claims');
  if (claims === undefined || (claims.length <= MAX_CLAIMS_CHARACTERS && /^\{.*\}$/s.test(claims))) return claims;
  throw new ServiceError('invalid_request', 'The parameter claims is not a claims challenge.', {
    hint: 'Send the property "claims" of the interaction_required error unchanged and percent-encoded, or leave it out.',
  });
}
