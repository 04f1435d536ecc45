import { InteractionRequiredError, UnauthorizedError, type ServiceError } from '../errors.ts';
import { toOauthText } from './to-oauth-text.ts';

const METADATA_PATH = '/.well-known/oauth-protected-resource';

/**
 * The `WWW-Authenticate` header of a 401: as in RFC 6750 section 3 and RFC 9728 section 5.1, or the issuer's claims challenge in
 * base64, as in Microsoft's own APIs.
 */
export function describeChallenge(error: ServiceError, address: string): Readonly<Record<string, string>> {
  const parameters = describeParameters(error, address);
  if (parameters === undefined) return {};
  const list = parameters.map(([name, value]) => `${name}="${value}"`).join(', ');
  return { 'WWW-Authenticate': `Bearer ${list}`.trimEnd() };
}

/** Hosts and proxies refuse headers that are much larger. The body always has the claims. */
const MAX_CLAIMS_BYTES = 4_096;

type Parameters = (readonly [name: string, value: string])[];

function describeParameters(error: ServiceError, address: string): Parameters | undefined {
  if (error instanceof UnauthorizedError) return describeUnauthorized(error, address);
  if (!(error instanceof InteractionRequiredError)) return undefined;
  if (error.claims === undefined) return invalidToken(error);
  if (Buffer.byteLength(error.claims) > MAX_CLAIMS_BYTES) {
    return [
      ['error', 'insufficient_claims'],
      ['error_description', toOauthText(`${error.message} The claims are in the body.`)],
    ];
  }
  return [
    ['error', 'insufficient_claims'],
    ['claims', Buffer.from(error.claims).toString('base64')],
  ];
}

function describeUnauthorized(error: UnauthorizedError, address: string): Parameters {
  const { challenge, takesBearer, authorizationUri } = error;
  return [
    ...(challenge === undefined ? [] : invalidToken(error)),
    ...(authorizationUri === undefined ? [] : [['authorization_uri', authorizationUri] as const]),
    ...(takesBearer ? [['resource_metadata', `${address}${METADATA_PATH}`] as const] : []),
  ];
}

function invalidToken(error: ServiceError): Parameters {
  return [
    ['error', 'invalid_token'],
    ['error_description', toOauthText(error.message)],
  ];
}
