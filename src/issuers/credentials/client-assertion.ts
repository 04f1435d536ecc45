import type { ClientAuthentication } from '../token-request.ts';

const JWT_BEARER = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

/** Authenticates by an assertion (RFC 7523 section 2.2). `assertion` is called once for every request. */
export function authenticateByAssertion(assertion: () => Promise<string>): ClientAuthentication {
  return async (_issuer, client, body) => {
    body.set('client_id', client.client_id);
    body.set('client_assertion_type', JWT_BEARER);
    body.set('client_assertion', await assertion());
  };
}
