import { hkdfSync } from 'node:crypto';
import { CompactEncrypt } from 'jose';
import { asked, countAsked, resetAll } from '../../support/asked-upstream.ts';
import { createBrowser, pathOf } from '../../support/browser.ts';
import { peopleProfile, startPeopleApp } from '../../support/people.ts';
import { seed, startScenario, type TestAnswer, type TestApp } from '../../support/scenario.ts';
import { some } from '../../support/some.ts';

const SESSION = '__Host-powerbi-session-people';

const scenario = startScenario();
let app: TestApp;
let session: string;
beforeAll(async () => {
  app = startPeopleApp(scenario);
  const browser = createBrowser(scenario.clock);
  await browser.signIn(app);
  session = browser.jar.values.get(`${SESSION}.0`) ?? '';
});

function ask(cookie: string, headers: Readonly<Record<string, string>> = {}): Promise<TestAnswer> {
  return app.visit('/api/auth/token', { headers: { 'x-requested-with': 'fetch', cookie, ...headers } });
}

function askWith(sealed: string): Promise<TestAnswer> {
  return ask(`${SESSION}.0=${sealed}`);
}

const UNAUTHORIZED = {
  status: 401,
  challenge: 'Bearer',
  cookies: [],
  body: {
    type: 'urn:powerbi-token-function:error:unauthorized',
    title: 'No valid caller credential',
    status: 401,
    detail: 'This browser is not signed in, or the sign-in has expired.',
    code: 'unauthorized',
    hint: 'Send the browser to /api/auth/sign-in.',
    error: 'invalid_client',
    error_description: 'This browser is not signed in, or the sign-in has expired.',
    request_id: expect.any(String),
  },
};

function summaryOf({ status, headers, cookies, body }: TestAnswer): unknown {
  return { status, challenge: headers.get('www-authenticate'), cookies, body };
}

test('the premise: the session that these attacks begin with is valid', async () => {
  expect((await askWith(session)).status).toBe(200);
});

test('a request without a cookie is refused, without any upstream call', async () => {
  resetAll(scenario);
  const answer = await app.visit('/api/auth/token', { headers: { 'x-requested-with': 'fetch' } });
  expect(summaryOf(answer)).toEqual(UNAUTHORIZED);
  expect(countAsked(scenario)).toEqual(asked({}));
  expect(app.log.at(-1)).toMatchObject({ event: 'token.refused', reason: 'no session' });
});

test('a session without X-Requested-With, which no foreign page can add, is refused', async () => {
  const answer = await app.visit('/api/auth/token', { headers: { cookie: `${SESSION}.0=${session}` } });
  expect(summaryOf(answer)).toEqual({
    ...UNAUTHORIZED,
    body: {
      ...UNAUTHORIZED.body,
      detail: 'The header X-Requested-With is missing.',
      hint: expect.stringContaining('X-Requested-With'),
      error_description: 'The header X-Requested-With is missing.',
    },
  });
  expect(app.log.at(-1)).toMatchObject({ event: 'token.refused', reason: 'no X-Requested-With' });
});

const SEGMENTS = ['header', 'encrypted key', 'initialization vector', 'ciphertext', 'authentication tag'];

test.each(SEGMENTS.flatMap((name, segment) => [0, 0.5, 0.9].map((at) => [name, segment, at] as const)))(
  'a change in the %s (segment %d, at %d of it) makes the cookie invalid',
  async (_, segment, at) => {
    const parts = session.split('.');
    const part = parts[segment] ?? '';
    const index = Math.floor(part.length * at);
    const other = part[index] === 'A' ? 'B' : 'A';
    parts[segment] = `${part.slice(0, index)}${other}${part.slice(index + 1)}`;
    expect(summaryOf(await askWith(parts.join('.')))).toEqual(UNAUTHORIZED);
  },
);

test.each([
  ['nothing', () => ''],
  ['its first half', () => session.slice(0, session.length / 2)],
  ['itself without its last character', () => session.slice(0, -1)],
  ['itself twice', () => session + session],
  ['four segments', () => session.split('.').slice(0, 4).join('.')],
  ['six segments', () => `${session}.AAAA`],
  ['empty segments', () => `${header(session)}....`],
  ['a JWT', () => some.jwt({ profile: 'people' })],
  ['JSON', () => encodeURIComponent('{"profile":"people"}')],
  ['bytes that are not text', () => '%ff%fe%00'],
  ['a kilobyte of dots', () => '.'.repeat(1_024)],
  ['base64 instead of base64url', () => session.replaceAll('-', '+').replaceAll('_', '/')],
])('a cookie of %s is not a session', async (_, make) => {
  expect(summaryOf(await askWith(make()))).toEqual(UNAUTHORIZED);
});

const keyId = (): unknown => readHeader(session)['kid'];
const goodSession = {
  profile: 'people',
  id: 'id',
  tenantId: seed.tenantId,
  objectId: seed.users.grace.oid,
  refreshToken: 'a-refresh-token',
  renewedAtMs: 0,
  endsAtMs: Number.MAX_SAFE_INTEGER,
};
const goodContent = (): Record<string, unknown> => ({
  aud: 'session',
  exp: Math.floor(scenario.clock.now().wallMs / 1000) + 3600,
  value: goodSession,
});

test('a cookie that was encrypted elsewhere with the id of our key is not a session', async () => {
  const forged = await new CompactEncrypt(Buffer.from(JSON.stringify(goodContent())))
    .setProtectedHeader({ alg: 'dir', enc: 'A256GCM', kid: String(keyId()) })
    .encrypt(new Uint8Array(32));
  expect(summaryOf(await askWith(forged))).toEqual(UNAUTHORIZED);
});

describe('encrypted with our own key,', () => {
  const secret = 'a-cookie-key-that-an-attacker-has-0123456789';
  const name = 'cookie-key-of-the-attacks';
  const key = new Uint8Array(hkdfSync('sha256', secret, '', 'powerbi-token-function sign-in cookie', 32));

  async function askWithContent(changes: Readonly<Record<string, unknown>>): Promise<TestAnswer> {
    const kid = scenario.keyVault.setSecret(name, secret);
    const content = JSON.stringify({ ...goodContent(), ...changes });
    const sealed = await new CompactEncrypt(Buffer.from(content))
      .setProtectedHeader({ alg: 'dir', enc: 'A256GCM', kid })
      .encrypt(key);
    return startPeopleApp(scenario, { settings: { SIGN_IN_COOKIE_SECRET_NAME: name } }).visit('/api/auth/token', {
      headers: { 'x-requested-with': 'fetch', cookie: `${SESSION}.0=${sealed}` },
    });
  }

  test('a session with an unknown refresh token is decrypted, and Entra refuses the token', async () => {
    expect((await askWithContent({})).body).toMatchObject({ code: 'interaction_required' });
  });

  test.each<[string, Readonly<Record<string, unknown>>]>([
    ['without an expiry', { exp: undefined }],
    ['whose expiry is not a number', { exp: '9999999999' }],
    ['that has expired', { exp: 1_700_000_000 }],
    ['without a purpose', { aud: undefined }],
    ['for another purpose', { aud: 'sign-in' }],
    ['of another type', { value: { ...goodSession, endsAtMs: undefined } }],
    ['with an unknown member', { value: { ...goodSession, isAdmin: true } }],
    ['without content', { value: undefined }],
  ])('a cookie %s is not a session', async (_, changes) => {
    expect(summaryOf(await askWithContent(changes))).toEqual(UNAUTHORIZED);
  });
});

test.each<[string, (kid: unknown) => Record<string, unknown>]>([
  ['no encryption', (kid) => ({ alg: 'none', enc: 'none', kid })],
  ['no algorithm', (kid) => ({ enc: 'A256GCM', kid })],
  ['an algorithm that is a number', (kid) => ({ alg: 1, enc: 'A256GCM', kid })],
  ['another content encryption', (kid) => ({ alg: 'dir', enc: 'A256CBC-HS512', kid })],
  ['a shorter content encryption', (kid) => ({ alg: 'dir', enc: 'A128GCM', kid })],
  ['a wrapped key', (kid) => ({ alg: 'A256GCMKW', enc: 'A256GCM', kid, iv: 'AAAAAAAAAAAAAAAA', tag: 'AAAA' })],
  ['an RSA key', (kid) => ({ alg: 'RSA-OAEP-256', enc: 'A256GCM', kid })],
  [
    'a key agreement',
    (kid) => ({ alg: 'ECDH-ES', enc: 'A256GCM', kid, epk: { kty: 'EC', crv: 'P-256', x: 'A', y: 'A' } }),
  ],
  [
    'a password with very many rounds',
    (kid) => ({ alg: 'PBES2-HS512+A256KW', enc: 'A256GCM', kid, p2c: 2e9, p2s: 'AAAA' }),
  ],
  ['compression', (kid) => ({ alg: 'dir', enc: 'A256GCM', kid, zip: 'DEF' })],
  ['a critical extension', (kid) => ({ alg: 'dir', enc: 'A256GCM', kid, crit: ['exp'], exp: 1 })],
  ['its own key', () => ({ alg: 'dir', enc: 'A256GCM', jwk: { kty: 'oct', k: 'AAAA' } })],
  ['a key from elsewhere', () => ({ alg: 'dir', enc: 'A256GCM', jku: 'https://evil.example/keys' })],
  ['a key id that is an object', () => ({ alg: 'dir', enc: 'A256GCM', kid: { toString: 'x' } })],
  ['an empty key id', () => ({ alg: 'dir', enc: 'A256GCM', kid: '' })],
  ['a key id that is __proto__', () => ({ alg: 'dir', enc: 'A256GCM', kid: '__proto__' })],
  ['a key id that is a path', () => ({ alg: 'dir', enc: 'A256GCM', kid: '../../powerbi-client-secret/1' })],
])('a header that names %s is refused without a request to the vault', async (_, makeHeader) => {
  resetAll(scenario);
  const [, ...rest] = session.split('.');
  const crafted = Buffer.from(JSON.stringify(makeHeader(keyId()))).toString('base64url');
  expect(summaryOf(await askWith([crafted, ...rest].join('.')))).toEqual(UNAUTHORIZED);
  expect(countAsked(scenario)).toEqual(asked({}));
});

test('the session of one profile does not work for another, whatever the name of its cookie', async () => {
  const both = startPeopleApp(scenario, { profiles: { people: peopleProfile, analysts: peopleProfile } });
  const browser = createBrowser(scenario.clock);
  await browser.signIn(both, { query: '?profile=people' });
  const own = browser.jar.values.get(`${SESSION}.0`) ?? '';
  browser.jar.put('__Host-powerbi-session-analysts.0', own);
  expect(summaryOf(await browser.fetchToken(both, '?profile=analysts'))).toEqual(UNAUTHORIZED);
  expect((await browser.fetchToken(both, '?profile=people')).body['profile']).toBe('people');
});

test('a transaction cookie is not accepted as a session cookie, nor the reverse', async () => {
  const browser = createBrowser(scenario.clock);
  const back = await browser.goToEntra(app);
  const [[name, transaction] = ['', '']] = [...browser.jar.values];
  expect(summaryOf(await askWith(transaction))).toEqual(UNAUTHORIZED);

  const answer = await app.visit(pathOf(back), { headers: { cookie: `${name}=${session}` } });
  expect([answer.status, answer.body['code'], answer.cookies]).toEqual([400, 'invalid_request', []]);
});

test.each(['constructor', '__proto__', 'toString', 'people.0', 'PEOPLE', '../people'])(
  'there is no session for the profile %j',
  async (profile) => {
    const answer = await app.visit(`/api/auth/token?profile=${encodeURIComponent(profile)}`, {
      headers: { 'x-requested-with': 'fetch', cookie: `${SESSION}.0=${session}` },
    });
    expect([answer.status, answer.body['code']]).toEqual([400, 'invalid_request']);
  },
);

test('parts in the wrong order, or with one missing, are not a session', async () => {
  const middle = Math.floor(session.length / 2);
  const [first, second] = [session.slice(0, middle), session.slice(middle)];
  expect(summaryOf(await ask(`${SESSION}.1=${first}; ${SESSION}.0=${second}`))).toEqual(UNAUTHORIZED);
  expect(summaryOf(await ask(`${SESSION}.1=${first}; ${SESSION}.2=${second}`))).toEqual(UNAUTHORIZED);
  expect((await ask(`${SESSION}.1=${second}; unrelated=of-another-program; ${SESSION}.0=${first}`)).status).toBe(200);
});

test('a cookie of the same name without the prefix, which a sibling host can set, is ignored', async () => {
  expect(summaryOf(await ask(`powerbi-session-people.0=${session}`))).toEqual(UNAUTHORIZED);
});

test.each([
  ['U+00A0', '\u00a0'],
  ['U+0085', '\u0085'],
  ['a form feed', '\f'],
])(
  'a cookie whose name begins with %s is ignored: a sibling host can set it without the prefix rules',
  async (_, blank) => {
    expect(summaryOf(await ask(`${blank}${SESSION}.0=${session}`))).toEqual(UNAUTHORIZED);
    expect((await ask(`${SESSION}.0=${session}; ${blank}${SESSION}.0=planted-by-a-sibling`)).status).toBe(200);
  },
);

test('a session cookie that appears twice is refused, whichever of the two is ours', async () => {
  expect(summaryOf(await ask(`${SESSION}.0=${session}; ${SESSION}.0=planted-by-a-sibling`))).toEqual(UNAUTHORIZED);
  expect(summaryOf(await ask(`${SESSION}.0=planted-by-a-sibling; ${SESSION}.0=${session}`))).toEqual(UNAUTHORIZED);
});

test('signing out clears a session cookie that appears twice', async () => {
  const { cookies } = await app.visit('/api/auth/sign-out', {
    headers: { cookie: `${SESSION}.0=planted-by-a-sibling; ${SESSION}.0=${session}` },
  });
  expect(cookies.map(({ name, maxAge }) => [name, maxAge])).toEqual([[`${SESSION}.0`, 0]]);
});

test('a browser keeps three pending sign-ins: the fourth removes the oldest', async () => {
  const browser = createBrowser(scenario.clock);
  const begun: string[] = [];
  for (let tab = 0; tab < 5; tab++) {
    await browser.visit(app, '/api/auth/sign-in');
    begun.push(...[...browser.jar.values.keys()].filter((name) => !begun.includes(name)));
  }
  expect([begun.length, [...browser.jar.values.keys()]]).toEqual([5, begun.slice(2)]);
});

test('many cookies with unknown keys cause one request to the vault in half a minute', async () => {
  const flood = async (): Promise<void> => {
    const answers = await Promise.all(Array.from({ length: 100 }, (_, index) => askWith(sealedUnder(`key-${index}`))));
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 100 }, () => 401));
  };
  scenario.clock.advance(31_000);
  resetAll(scenario);
  await flood();
  await flood();
  expect(countAsked(scenario)).toEqual(asked({ versionLists: 1, secretReads: 1 }));
  scenario.clock.advance(31_000);
  await flood();
  expect(countAsked(scenario)).toEqual(asked({ versionLists: 2, secretReads: 2 }));
});

test('the same cookies cause no more requests while the vault refuses, and signed-in people notice nothing', async () => {
  scenario.clock.advance(31_000);
  resetAll(scenario);
  scenario.keyVault.deny(app.identityPrincipalId);
  for (let round = 0; round < 20; round++) await askWith(sealedUnder(`key-${round}`));
  expect(countAsked(scenario).versionLists).toBe(1);
  expect((await askWith(session)).status).toBe(200);
  scenario.keyVault.allow(app.identityPrincipalId);
});

function header(jwe: string): string {
  return jwe.split('.')[0] ?? '';
}

function sealedUnder(kid: string): string {
  const crafted = Buffer.from(JSON.stringify({ alg: 'dir', enc: 'A256GCM', kid })).toString('base64url');
  return [crafted, ...session.split('.').slice(1)].join('.');
}

function readHeader(jwe: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(header(jwe), 'base64url').toString()) as Record<string, unknown>;
}
