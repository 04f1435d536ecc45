import { InteractionRequiredError, UnauthorizedError, type ServiceError } from '../errors.ts';
import { toOauthText } from './to-oauth-text.ts';

const METADATA_PATH = '/api/.well-known/oauth-protected-resource';

/**
 * The `WWW-Authenticate` header of a 401: what RFC 6750 section 3 and RFC 9728 section 5.1 ask, or the issuer's claims challenge in
 * the form that Microsoft's own APIs use, in base64.
 */
export function describeChallenge(error: ServiceError, url: string): Readonly<Record<string, string>> {
  const parameters = describeParameters(error, url);
  if (parameters.length === 0) return {};
  const list = parameters.map(([name, value]) => `${name}="${value}"`).join(', ');
  return { 'WWW-Authenticate': `Bearer ${list}` };
}

function describeParameters(error: ServiceError, url: string): (readonly [name: string, value: string])[] {
  const metadata = ['resource_metadata', new URL(METADATA_PATH, url).href] as const;
  if (error instanceof UnauthorizedError) {
    const { authorizationUri } = error;
    const places = [
      ...(authorizationUri === undefined ? [] : [['authorization_uri', authorizationUri] as const]),
      metadata,
    ];
    if (error.challenge === undefined) return places;
    return [['error', error.challenge], ['error_description', toOauthText(error.message)], ...places];
  }
  if (error instanceof InteractionRequiredError) {
    if (error.claims === undefined)
      return [
        ['error', 'invalid_token'],
        ['error_description', toOauthText(error.message)],
      ];
    return [
      ['error', 'insufficient_claims'],
      ['claims', Buffer.from(error.claims).toString('base64')],
    ];
  }
  return [];
}
