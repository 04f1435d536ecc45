import { createHmac, createPublicKey, randomUUID, type JsonWebKey } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, SignJWT, type JWK } from 'jose';
import { startScenario, seed } from '../../support/scenario.ts';
import { ADA, bearer, ENTRA_CALLERS } from '../../support/entra-callers.ts';

const { tenantId, personApp, users } = seed;

const scenario = startScenario();
let attackersServer: Server;
const attackersRequests: string[] = [];
beforeAll(() => {
  attackersServer = createServer((request, response) => {
    attackersRequests.push(request.url ?? '');
    response.end(JSON.stringify({ keys: [] }));
  }).listen(0, '127.0.0.1');
});
afterAll(() => {
  attackersServer.close();
});

const encode = (part: object): string => Buffer.from(JSON.stringify(part)).toString('base64url');

/** The claims of a valid token of Ada. */
function goodClaims(): Record<string, unknown> {
  const now = Math.floor(scenario.clock.now().wallMs / 1000);
  return {
    aud: personApp.clientId,
    iss: `${scenario.entra.url}/${tenantId}/v2.0`,
    iat: now,
    nbf: now,
    exp: now + 3600,
    azp: randomUUID(),
    oid: users.ada.oid,
    sub: users.ada.oid,
    scp: 'access_as_user',
    tid: tenantId,
    ver: '2.0',
  };
}

async function entrasKey(): Promise<JWK & { kid: string }> {
  const answer = await fetch(`${scenario.entra.url}/${tenantId}/discovery/v2.0/keys`);
  const { keys } = (await answer.json()) as { keys: [JWK & { kid: string }] };
  return keys[0];
}

/** The answer to a caller with this token, and the reason in the audit line. */
async function present(token: string): Promise<readonly unknown[]> {
  const app = scenario.startApp({ settings: ENTRA_CALLERS });
  const { status, body, headers, text } = await app.token({ headers: { authorization: `Bearer ${token}` } });
  expect(headers.get('www-authenticate')).toMatch(
    /^Bearer error="invalid_token", error_description="[^"\\]+"(, authorization_uri="[^"\\]+")?, resource_metadata="[^"\\]+"$/,
  );
  expect(text).not.toContain('access_token');
  return [status, body['code'], app.log.at(-1)?.['reason']];
}

test('the premise: the same token without an error is accepted', async () => {
  const { token } = scenario.startApp({ settings: ENTRA_CALLERS });

  expect((await token({ headers: await bearer(scenario, { ...ADA, claims: goodClaims() }) })).status).toBe(200);
});

test.each(['none', 'None', 'NONE', 'nOnE'])('alg %j, with no signature', async (alg) => {
  expect(await present(`${encode({ alg, typ: 'JWT' })}.${encode(goodClaims())}.`)).toEqual([
    401,
    'unauthorized',
    'alg',
  ]);
});

test('no alg', async () => {
  expect(await present(`${encode({ typ: 'JWT' })}.${encode(goodClaims())}.`)).toEqual([401, 'unauthorized', 'form']);
});

test.each(['pem', 'der', 'jwk'] as const)(
  "HS256 with Entra's public key, as %s, for the shared secret",
  async (form) => {
    const jwk = await entrasKey();
    const publicKey = createPublicKey({ key: jwk as JsonWebKey, format: 'jwk' });
    const secret =
      form === 'jwk'
        ? JSON.stringify(jwk)
        : (publicKey.export({ type: 'spki', format: form as 'pem' }) as string | Buffer);
    const signed = `${encode({ alg: 'HS256', typ: 'JWT', kid: jwk.kid })}.${encode(goodClaims())}`;
    const signature = createHmac('sha256', secret).update(signed).digest('base64url');

    expect(await present(`${signed}.${signature}`)).toEqual([401, 'unauthorized', 'alg']);
  },
);

test.each(['PS256', 'RS512', 'ES256'])('%s, which Entra does not sign with', async (alg) => {
  const { privateKey } = await generateKeyPair(alg);
  const { kid } = await entrasKey();
  const token = await new SignJWT(goodClaims()).setProtectedHeader({ alg, kid }).sign(privateKey);

  expect(await present(token)).toEqual([401, 'unauthorized', 'alg']);
});

test("another tenant's token, signed with the same keys", async () => {
  const other = randomUUID();
  const { authorization } = await bearer(scenario, { tenantId: other, roles: ['Token.Read'] });

  expect(await present(authorization.slice(7))).toEqual([401, 'unauthorized', 'iss']);
});

test("another tenant's token that claims to come from this tenant's issuer", async () => {
  const { authorization } = await bearer(scenario, { ...ADA, claims: { tid: randomUUID() } });

  expect(await present(authorization.slice(7))).toEqual([401, 'unauthorized', 'tid']);
});

test.each(['https://login.microsoftonline.com/common/v2.0', 'https://sts.windows.net/', 'https://evil.example/v2.0'])(
  'a token of the issuer %s',
  async (iss) => {
    const { authorization } = await bearer(scenario, { ...ADA, claims: { iss } });

    expect(await present(authorization.slice(7))).toEqual([401, 'unauthorized', 'iss']);
  },
);

test.each([
  ['another API', 'api://another'],
  ['Microsoft Graph', 'https://graph.microsoft.com'],
  ['Power BI itself', 'https://analysis.windows.net/powerbi/api'],
  ['an audience that only begins like the right one', `${personApp.clientId}.evil.example`],
])('a token for %s', async (_whom, audience) => {
  const { authorization } = await bearer(scenario, { ...ADA, audience });

  expect(await present(authorization.slice(7))).toEqual([401, 'unauthorized', 'aud']);
});

test.each([
  ['aud', 'aud'],
  ['iss', 'iss'],
  ['exp', 'exp'],
  ['tid', 'tid, oid'],
  ['oid', 'tid, oid'],
])('a token without the claim %s', async (claim, reason) => {
  const { authorization } = await bearer(scenario, { ...ADA, claims: { [claim]: undefined } });

  expect(await present(authorization.slice(7))).toEqual([401, 'unauthorized', reason]);
});

test('an expired token', async () => {
  const { authorization } = await bearer(scenario, { ...ADA, validity: 'expired' });

  expect(await present(authorization.slice(7))).toEqual([401, 'unauthorized', 'exp']);
});

test('a token that is not yet valid', async () => {
  const { authorization } = await bearer(scenario, { ...ADA, validity: 'not-yet-valid' });

  expect(await present(authorization.slice(7))).toEqual([401, 'unauthorized', 'nbf']);
});

test('a key id that does not exist', async () => {
  const { authorization } = await bearer(scenario, { ...ADA, signedBy: 'stranger' });

  expect(await present(authorization.slice(7))).toEqual([401, 'unauthorized', 'kid']);
});

test("another key under the id of Entra's", async () => {
  const { authorization } = await bearer(scenario, { ...ADA, signedBy: 'impostor' });

  expect(await present(authorization.slice(7))).toEqual([401, 'unauthorized', 'signature']);
});

test('one character of the claims changed after signing', async () => {
  const { authorization } = await bearer(scenario, ADA);
  const [header = '', , signature = ''] = authorization.slice(7).split('.');

  expect(await present(`${header}.${encode({ ...goodClaims(), oid: users.grace.oid })}.${signature}`)).toEqual([
    401,
    'unauthorized',
    'signature',
  ]);
});

test.each(['jku', 'x5u', 'jwk', 'x5c'] as const)(
  'a header %s with a key of the attacker, or with its URL, which is never requested',
  async (member) => {
    const { publicKey, privateKey } = await generateKeyPair('RS256');
    const jwk = await exportJWK(publicKey);
    const url = `http://127.0.0.1:${(attackersServer.address() as AddressInfo).port}/keys`;
    const value = { jku: url, x5u: url, jwk, x5c: ['MIIB'] }[member];
    const token = await new SignJWT(goodClaims())
      .setProtectedHeader({ alg: 'RS256', kid: await calculateJwkThumbprint(jwk), [member]: value })
      .sign(privateKey);

    expect(await present(token)).toEqual([401, 'unauthorized', 'kid']);
    expect(attackersRequests).toEqual([]);
  },
);

test('an unknown critical header extension', async () => {
  const token = `${encode({ alg: 'RS256', kid: (await entrasKey()).kid, crit: ['urn:admin'], 'urn:admin': true })}.${encode(goodClaims())}.AAAA`;

  expect(await present(token)).toEqual([401, 'unauthorized', 'form']);
});

test('a token of one megabyte', async () => {
  const startedAt = performance.now();

  expect(await present(`${encode({ alg: 'RS256' })}.${'A'.repeat(1_048_576)}.AAAA`)).toEqual([
    401,
    'unauthorized',
    'size',
  ]);
  expect(performance.now() - startedAt).toBeLessThan(2_000);
});

test('a megabyte of spaces and dots instead of a token', async () => {
  const startedAt = performance.now();

  expect(await present(`${' '.repeat(524_288)}.${'='.repeat(524_288)}!`)).toEqual([401, 'unauthorized', 'form']);
  expect(performance.now() - startedAt).toBeLessThan(2_000);
});

test('two Authorization headers, the second one valid', async () => {
  const { authorization } = await bearer(scenario, ADA);

  expect(await present(`forged, ${authorization}`)).toEqual([401, 'unauthorized', 'form']);
});

test('an encrypted token', async () => {
  expect(await present(`${encode({ alg: 'dir', enc: 'A256GCM' })}..AAAA.AAAA.AAAA`)).toEqual([
    401,
    'unauthorized',
    'form',
  ]);
});
