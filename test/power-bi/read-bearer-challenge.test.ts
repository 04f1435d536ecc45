import { readBearerChallenge } from '../../src/power-bi/read-bearer-challenge.ts';

const CLAIMS = '{"access_token":{"nbf":{"essential":true,"value":"1800000000"}}}';
const encoded = Buffer.from(CLAIMS).toString('base64');

test.each([
  ['none', null, { error: undefined, claims: undefined }],
  ['only a scheme', 'Bearer', { error: undefined, claims: undefined }],
  [
    'a refused token',
    'Bearer error="invalid_token", error_description="revoked"',
    { error: 'invalid_token', claims: undefined },
  ],
  [
    'a claims challenge',
    `Bearer realm="", authorization_uri="https://login.microsoftonline.com/common/oauth2/authorize", error="insufficient_claims", claims="${encoded}"`,
    { error: 'insufficient_claims', claims: CLAIMS },
  ],
  ['an error of another kind', 'Bearer error="Xy8Q~secret"', { error: undefined, claims: undefined }],
  ['claims that are not JSON', 'Bearer claims="Xy8Qsecret"', { error: undefined, claims: undefined }],
  [
    'claims with another content',
    `Bearer claims="${Buffer.from('{"secret":"value"}').toString('base64')}"`,
    { error: undefined, claims: undefined },
  ],
])('%s is read from WWW-Authenticate', (_, header, expected) => {
  expect(readBearerChallenge(header)).toEqual(expected);
});
