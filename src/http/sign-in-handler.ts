import type { HttpHandler, HttpRequest } from '@azure/functions';
import type { Gate } from '../callers/gate.ts';
import type { Clock } from '../clock.ts';
import { ServiceError } from '../errors.ts';
import { readReturnAddress, type ReturnAddressSettings } from '../sign-in/read-return-address.ts';
import type { SignIns } from '../sign-in/sign-ins.ts';
import { createHandler } from './handler.ts';
import { readSingle } from './read-single.ts';
import { redirect } from './respond.ts';
import type { SignInCookies } from './sign-in-cookies.ts';

export interface SignInHandlerDependencies {
  readonly clock: Clock;
  readonly gate: Gate;
  readonly signIns: SignIns;
  readonly cookies: SignInCookies;
  readonly returnAddresses: ReturnAddressSettings;
}

const MAX_CLAIMS_CHARACTERS = 2_048;

/** `/auth/sign-in`: sends the browser to Entra. */
export function createSignInHandler(dependencies: SignInHandlerDependencies): HttpHandler {
  const { clock, gate, signIns, cookies, returnAddresses } = dependencies;
  return createHandler(clock, {
    methods: ['GET'],
    async respond({ http }) {
      gate.refuseFaults();
      const signIn = signIns.find(readSingle(http.query, 'profile'));
      const returnTo = readSingle(http.query, 'return_to');
      const { location, transaction } = await signIn.begin({
        returnTo: returnTo === undefined ? undefined : readReturnAddress(returnTo, returnAddresses),
        claims: readClaims(http),
      });
      return redirect(location, await cookies.writeTransaction(transaction));
    },
  });
}

/** The `claims` of an `interaction_required`: a JSON object that Entra reads (OpenID Connect Core section 5.5). */
function readClaims(http: HttpRequest): string | undefined {
  const claims = readSingle(http.query, 'claims');
  if (claims === undefined || (claims.length <= MAX_CLAIMS_CHARACTERS && /^\{.*\}$/s.test(claims))) return claims;
  throw new ServiceError('invalid_request', 'The parameter claims is no claims challenge.', {
    hint: 'Give the member "claims" of the interaction_required answer, as it is, percent-encoded; or leave it out.',
  });
}
