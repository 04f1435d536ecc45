import { createLocalJWKSet, exportJWK, generateKeyPair, SignJWT } from 'jose';
import { createEntraVerifier, createOidcVerifier } from '../../src/callers/verify-bearer.ts';
import { unavailable } from '../../src/upstream/unavailable.ts';
import { failureOf } from '../support/failure-of.ts';
import { createSimulatedClock } from '../support/simulated-clock.ts';
import { the } from '../support/the.ts';

const OID = '0a0b0c0d-1111-4222-8333-444455556666';
const ALGORITHMS = ['RS256', 'PS256', 'ES256', 'ES384'] as const;
const ISSUERS = [the.issuer, `https://sts.windows.net/${the.tenantId}/`];
const AUDIENCES = ['api://our-api', 'our-api'];
const NOW_SECONDS = the.startMs / 1000;

const clock = createSimulatedClock(the.startMs);
let privateKeys: ReadonlyMap<string, CryptoKey>;
let signingKeys: ReturnType<typeof createLocalJWKSet>;

beforeAll(async () => {
  const pairs = await Promise.all(
    ALGORITHMS.map(async (algorithm) => ({ algorithm, ...(await generateKeyPair(algorithm)) })),
  );
  privateKeys = new Map(pairs.map(({ algorithm, privateKey }) => [algorithm, privateKey]));
  const keys = await Promise.all(
    pairs.map(async ({ algorithm, publicKey }) => ({ ...(await exportJWK(publicKey)), kid: algorithm })),
  );
  signingKeys = createLocalJWKSet({ keys });
});

type Claims = Readonly<Record<string, unknown>>;

interface Signing {
  readonly algorithm?: string;
  readonly kid?: string;
}

/** A token with these claims; a claim that is undefined is left out. */
async function sign(claims: Claims, { algorithm = 'RS256', kid = algorithm }: Signing = {}): Promise<string> {
  const key = privateKeys.get(algorithm) ?? Buffer.from('a text that both sides know, long enough for HS256');
  return new SignJWT(claims).setProtectedHeader({ alg: algorithm, kid }).sign(key);
}

const refused = (what: string, reason: string) => ({
  code: 'unauthorized',
  message: `The bearer token is not accepted: ${what}.`,
  challenge: 'invalid_token',
  takesBearer: true,
  reason,
});

/** A token whose signature does not belong to its claims. */
async function forge(claims: Claims): Promise<string> {
  const [header, , signature] = (await sign({ ...claims, iat: 1 })).split('.');
  return `${header ?? ''}.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.${signature ?? ''}`;
}

describe('a token of Entra', () => {
  const CLAIMS: Claims = {
    iss: the.issuer,
    aud: 'our-api',
    exp: NOW_SECONDS + 3600,
    tid: the.tenantId,
    oid: OID,
    azp: the.clientId,
  };
  const verify = (token: string) =>
    createEntraVerifier(
      { tenantId: the.tenantId, issuers: ISSUERS, audiences: AUDIENCES },
      { clock, signingKeys },
    )(token);
  const HINT =
    'Request a token for this API from Entra: its tenant must be CALLER_TENANT_ID, and its audience one of CALLER_AUDIENCE.';
  const failure = async (token: Promise<string>) => failureOf(async () => verify(await token));

  test('identifies the caller, and is stored for the on-behalf-of grant type', async () => {
    const token = await sign(CLAIMS);

    expect(await verify(token)).toMatchObject({
      kind: 'identified',
      via: 'entra',
      id: `${the.tenantId}/${OID}`,
      bearerToken: token,
      claims: { tid: the.tenantId, oid: OID, appid: the.clientId },
    });
  });

  test.each<[name: string, claims: Claims]>([
    ['the v1 form of the issuer', { iss: `https://sts.windows.net/${the.tenantId}/` }],
    ['another audience of the setting', { aud: 'api://our-api' }],
    ['one of our audiences beside others', { aud: ['other', 'our-api'] }],
    ['an end 59 seconds ago', { exp: NOW_SECONDS - 59 }],
    ['a start in 60 seconds', { nbf: NOW_SECONDS + 60 }],
  ])('with %s is accepted', async (_, claims) => {
    expect((await verify(await sign({ ...CLAIMS, ...claims }))).id).toBe(`${the.tenantId}/${OID}`);
  });

  test.each<[name: string, claims: Claims, what: string, reason: string]>([
    ['another issuer', { iss: 'https://evil.example' }, 'its claim "iss" is missing or wrong', 'iss'],
    ['no issuer', { iss: undefined }, 'its claim "iss" is missing or wrong', 'iss'],
    ['another audience', { aud: 'api://other' }, 'its claim "aud" is missing or wrong', 'aud'],
    [
      'an audience with a slash too many',
      { aud: 'api://our-api/' },
      'its claim "aud" is missing or wrong: the token\'s audience differs from CALLER_AUDIENCE by a slash at its end',
      'aud',
    ],
    ['no audience', { aud: undefined }, 'its claim "aud" is missing or wrong: the token has no audience', 'aud'],
    ['no end', { exp: undefined }, 'its claim "exp" is missing or wrong', 'exp'],
    ['an end 60 seconds ago', { exp: NOW_SECONDS - 60 }, 'it has expired', 'exp'],
    ['a start in 61 seconds', { nbf: NOW_SECONDS + 61 }, 'its claim "nbf" is missing or wrong', 'nbf'],
    ['no tenant', { tid: undefined }, 'it names no tenant or object id', 'tid, oid'],
    ['no object id', { oid: undefined }, 'it names no tenant or object id', 'tid, oid'],
    ['no application, as an ID token', { azp: undefined }, 'it is not an access token', 'appid, azp'],
    ['another tenant', { tid: the.clientId }, 'it is from another tenant', 'tid'],
  ])('with %s is refused', async (_, claims, what, reason) => {
    expect(await failure(sign({ ...CLAIMS, ...claims }))).toEqual({ ...refused(what, reason), hint: HINT });
  });

  test.each<[name: string, token: () => Promise<string>, what: string, reason: string]>([
    ['signed with PS256', () => sign(CLAIMS, { algorithm: 'PS256' }), 'it is not signed with RS256', 'alg'],
    ['signed with a shared secret', () => sign(CLAIMS, { algorithm: 'HS256' }), 'it is not signed with RS256', 'alg'],
    [
      'signed with an unknown key',
      () => sign(CLAIMS, { kid: 'stranger' }),
      'it is signed with a key that its issuer does not have',
      'kid',
    ],
    ['with a forged claim', () => forge(CLAIMS), 'its signature is not valid', 'signature'],
    ['that is not a JWT', () => Promise.resolve('opaque'), 'it is not a JWT that can be verified', 'form'],
  ])('%s is refused', async (_, token, what, reason) => {
    expect(await failure(token())).toEqual({ ...refused(what, reason), hint: HINT });
  });

  test('is refused without parsing if it has more than 16,384 characters', async () => {
    expect(await failure(Promise.resolve('x'.repeat(16_384)))).toMatchObject({ reason: 'form' });
    expect(await failure(Promise.resolve('x'.repeat(16_385)))).toEqual({
      ...refused('it is longer than any access token', 'size'),
      hint: HINT,
    });
  });

  test('cannot be verified without keys: the caller gets the outage, and not a refusal', async () => {
    const away = unavailable('is away', { service: 'issuer' });
    const verifyWithoutKeys = createEntraVerifier(
      { tenantId: the.tenantId, issuers: ISSUERS, audiences: AUDIENCES },
      { clock, signingKeys: () => Promise.reject(away) },
    );

    await expect(verifyWithoutKeys(await sign(CLAIMS))).rejects.toBe(away);
  });
});

describe('a token of another OpenID provider', () => {
  const ISSUER = 'https://issuer.example';
  const CLAIMS: Claims = { iss: ISSUER, aud: 'our-api', exp: NOW_SECONDS + 3600, sub: 'Ada' };
  const verify = (token: string) =>
    createOidcVerifier({ issuers: [ISSUER], audiences: AUDIENCES }, { clock, signingKeys })(token);
  const HINT =
    'Request an access token for this API from CALLER_ISSUER: a JWT signed with RS256, PS256 or ES256, with sub, exp and an audience of CALLER_AUDIENCE.';

  test.each(['RS256', 'PS256', 'ES256'])('signed with %s identifies the caller', async (algorithm) => {
    const token = await sign(CLAIMS, { algorithm });

    expect(await verify(token)).toMatchObject({ via: 'oidc', id: `${ISSUER}#Ada`, bearerToken: token });
  });

  test.each<[name: string, claims: Claims]>([
    ['another use than "id"', { token_use: 'access' }],
    ['another type than "ID"', { typ: 'Bearer' }],
  ])('with %s is an access token', async (_, claims) => {
    expect((await verify(await sign({ ...CLAIMS, ...claims }))).id).toBe(`${ISSUER}#Ada`);
  });

  const ID_TOKEN = ['it is an ID token, not an access token', 'id token'] as const;
  test.each<[name: string, claims: Claims, what: string, reason: string]>([
    ['another issuer', { iss: the.issuer }, 'its claim "iss" is missing or wrong', 'iss'],
    ['no subject', { sub: undefined }, 'its claim "sub" is missing or wrong', 'sub'],
    ['an empty subject', { sub: '' }, 'its claim "sub" is empty or not a string', 'sub'],
    ['no end', { exp: undefined }, 'its claim "exp" is missing or wrong', 'exp'],
    ['the hash of an access token', { at_hash: 'x' }, ...ID_TOKEN],
    ['the hash of a code', { c_hash: 'x' }, ...ID_TOKEN],
    ['the use "id"', { token_use: 'id' }, ...ID_TOKEN],
    ['the type "ID"', { typ: 'ID' }, ...ID_TOKEN],
  ])('with %s is refused', async (_, claims, what, reason) => {
    expect(await failureOf(async () => verify(await sign({ ...CLAIMS, ...claims })))).toEqual({
      ...refused(what, reason),
      hint: HINT,
    });
  });

  test.each(['ES384', 'HS256'])('signed with %s is refused', async (algorithm) => {
    expect(await failureOf(async () => verify(await sign(CLAIMS, { algorithm })))).toEqual({
      ...refused('it is not signed with RS256 or PS256 or ES256', 'alg'),
      hint: HINT,
    });
  });
});
