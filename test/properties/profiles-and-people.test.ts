import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { createProfiles } from '../../src/profiles/profiles.ts';
import { serveProfile } from '../../src/profiles/serve-profile.ts';
import { tokenEndpointFor } from '../../src/profiles/token-endpoint-for.ts';
import type { IdentifiedCaller } from '../../src/callers/caller.ts';
import { readConfig } from '../../src/config/read-config.ts';
import type { AppIdentity } from '../../src/identity/app-identity.ts';
import { createIssuerDiscovery } from '../../src/issuers/discovery.ts';
import type { Secret } from '../../src/secrets/secret-store.ts';
import type { VaultCertificate } from '../../src/secrets/certificate-store.ts';
import { createVaultObjectCache } from '../../src/secrets/vault-object-cache.ts';
import { createTokenCache } from '../../src/tokens/token-cache.ts';
import type { Fetch } from '../../src/runtime.ts';
import { createSimulatedClock, type SimulatedClock } from '../support/simulated-clock.ts';
import { some } from '../support/some.ts';
import { sound } from '../support/sound-config.ts';
import { the } from '../support/the.ts';

/*
 * Every issuer of this world answers with a token that contains the whole request and its sender. So a caller that gets the
 * token of another profile or person gets a different text than it would get alone.
 */

interface Person {
  readonly tenantId: string;
  readonly objectId: string;
}

interface Request {
  readonly profile: number;
  readonly person: number;
  readonly minTtlSeconds: number;
  readonly afterMs: number;
}

const oneOf = <T>(...values: T[]): fc.Arbitrary<T> => fc.constantFrom(...values);
const optional = { requiredKeys: ['grant', 'clientId', 'credential'] } as const;
const TENANTS = [the.tenantId, '22222222-2222-4333-8444-555555555555'] as const;
const APPS = [the.clientId, 'bbbbbbbb-bbbb-4ccc-8ddd-eeeeeeeeeeee'] as const;

const entra = {
  clientId: oneOf(...APPS),
  credential: oneOf<{ secret: string } | { certificate: string } | { managedIdentity: string }>(
    { secret: 'one' },
    { secret: 'two' },
    { certificate: 'one' },
    { certificate: 'two' },
    { managedIdentity: APPS[0] },
    { managedIdentity: APPS[1] },
  ),
  scope: oneOf('a/.default', 'b/.default'),
  resource: oneOf('a/.default', 'b/.default'),
  parameters: oneOf<Record<string, string>>({}, { claims: 'one' }, { claims: 'two' }, { scopes: 'one' }),
};
const foreign = {
  clientId: oneOf('app', 'ap'),
  credential: oneOf({ secret: 'one' }, { secret: 'two' }),
  clientAuthentication: oneOf('client_secret_post', 'client_secret_basic'),
  scope: oneOf('a', 'b'),
  audience: oneOf('a', 'b'),
};

const KINDS: readonly fc.Arbitrary<object>[] = [
  fc.record(
    {
      grant: oneOf('client_credentials', 'on_behalf_of'),
      tenantId: oneOf(...TENANTS),
      cloud: oneOf('public', 'gcc'),
      ...entra,
    },
    { requiredKeys: [...optional.requiredKeys, 'tenantId'] },
  ),
  fc.record(
    {
      grant: fc.constant('password'),
      tenantId: oneOf(...TENANTS),
      ...entra,
      username: oneOf('ada', 'grace'),
      password: oneOf({ secret: 'one' }, { secret: 'two' }),
    },
    { requiredKeys: [...optional.requiredKeys, 'tenantId', 'username', 'password'] },
  ),
  fc.record(
    {
      grant: fc.constant('client_credentials'),
      issuer: oneOf('https://one.example', 'https://two.example'),
      ...foreign,
    },
    { requiredKeys: [...optional.requiredKeys, 'issuer'] },
  ),
  fc.record(
    {
      grant: fc.constant('client_credentials'),
      tokenEndpoint: oneOf('https://one.example/token', 'https://one.example/tokens'),
      ...foreign,
    },
    { requiredKeys: [...optional.requiredKeys, 'tokenEndpoint'] },
  ),
  fc.record(
    {
      grant: fc.constant('managed_identity'),
      clientId: oneOf(...APPS),
      scope: oneOf('a', 'b'),
      cloud: oneOf('public', 'china'),
    },
    { requiredKeys: ['grant'] },
  ),
];

/** Profiles that differ from the first in only one member: a key that lacks the member would mix them up. */
const family = (kind: fc.Arbitrary<object>): fc.Arbitrary<object[]> =>
  fc
    .tuple(kind, fc.array(fc.tuple(kind, fc.nat()), { minLength: 1, maxLength: 5 }))
    .map(([first, others]) => [first, ...others.map(([other, member]) => withOneMemberOf(first, other, member))]);

function withOneMemberOf(first: object, other: object, member: number): object {
  const names = [...new Set([...Object.keys(first), ...Object.keys(other)])];
  const name = names[member % names.length] ?? 'grant';
  const value = (other as Record<string, unknown>)[name];
  return Object.fromEntries(Object.entries({ ...first, [name]: value }).filter((entry) => entry[1] !== undefined));
}

const someProfiles = fc
  .tuple(fc.oneof(...KINDS.map(family)), fc.array(fc.oneof(...KINDS), { maxLength: 2 }))
  .map(([alike, others]) => [...alike, ...others]);

const PEOPLE: readonly Person[] = TENANTS.flatMap((tenantId) => APPS.map((objectId) => ({ tenantId, objectId })));

const request: fc.Arbitrary<Request> = fc.record({
  profile: fc.nat(),
  person: fc.nat({ max: PEOPLE.length - 1 }),
  minTtlSeconds: oneOf(0, 0, 3000),
  afterMs: oneOf(0, 0, 0, 60_000, 3_000_000, 4_000_000),
});

/** The token of a request, without the parts that differ each time: ids, times and signatures of assertions. */
function describeForm(form: URLSearchParams): Record<string, string> {
  const members = Object.fromEntries(form);
  const [header = '', claims = ''] = (members['client_assertion'] ?? '').split('.');
  if (claims !== '') {
    const decode = (part: string): Record<string, unknown> =>
      JSON.parse(Buffer.from(part, 'base64url').toString()) as Record<string, unknown>;
    const { iss, sub, aud } = decode(claims);
    members['client_assertion'] = JSON.stringify([decode(header), iss, sub, aud]);
  }
  return members;
}

const answerAsAsked: Fetch = (input, init) => {
  const url = input instanceof URL ? input.href : (input as string);
  if (url.endsWith('/.well-known/openid-configuration')) {
    const { origin } = new URL(url);
    return Promise.resolve(Response.json({ issuer: origin, token_endpoint: `${origin}/token` }));
  }
  const form = new URLSearchParams(init?.body as URLSearchParams);
  const asked = JSON.stringify([url, new Headers(init?.headers).get('authorization'), describeForm(form)]);
  return Promise.resolve(Response.json({ access_token: asked, token_type: 'Bearer', expires_in: 3600 }));
};

/** Identities whose tokens also name their holder and purpose: one of them may be another token's assertion. */
function createIdentityOf(clock: SimulatedClock): (clientId: string | undefined) => AppIdentity {
  return (clientId = 'own') => ({
    getToken(scope) {
      const claims = Buffer.from(JSON.stringify({ sub: clientId, aud: scope })).toString('base64url');
      return Promise.resolve(some.accessToken({ value: `e30.${claims}.`, scope, requestedAt: clock.now() }));
    },
    replaceToken: () => Promise.resolve(undefined),
  });
}

interface World {
  readonly clock: SimulatedClock;
  ask(profile: string, person: Person, minTtlSeconds?: number): Promise<string>;
}

function createWorld(profiles: Readonly<Record<string, object>>): World {
  const clock = createSimulatedClock(the.startMs);
  const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const shared = { clock, random: () => 0.5, log, fetch: answerAsAsked, onRefreshFailure: () => undefined };
  const config = sound(
    readConfig({ KEY_VAULT_URI: the.vaultUrl, IDENTITY_ENDPOINT: 'http://127.0.0.1:42', IDENTITY_HEADER: 'h' }, () =>
      JSON.stringify({ profiles }),
    ),
  );
  expect([config.faults, [...config.profileFaults]]).toEqual([[], []]);
  const secrets = createVaultObjectCache<Secret>(
    {
      kind: 'secret',
      read: (name) => Promise.resolve(some.secret({ name, value: `secret ${name}` })),
      readVersions: () => Promise.resolve([]),
    },
    shared,
  );
  const certificates = createVaultObjectCache<VaultCertificate>(
    {
      kind: 'certificate',
      read: (name) =>
        Promise.resolve({
          name,
          version: 'v1',
          createdOnMs: undefined,
          x5tS256: `thumbprint ${name}`,
          expiresOnMs: undefined,
          sign: (_algorithm, data) => Promise.resolve(createHash('sha256').update(data).digest()),
        }),
      readVersions: () => Promise.resolve([]),
    },
    shared,
  );
  const parts = {
    ...shared,
    secrets,
    certificates,
    identityOf: createIdentityOf(clock),
    findIssuer: createIssuerDiscovery(shared),
  };
  const served = createProfiles(
    [...config.profiles.values()].map((settings) => serveProfile(settings, parts)),
    new Map(),
  );
  const tokens = createTokenCache(shared);
  return {
    clock,
    async ask(name, person, minTtlSeconds = 0) {
      const { token } = await tokens.get(tokenEndpointFor(served.find(name), callerOf(person)), minTtlSeconds);
      return token.value;
    },
  };
}

function callerOf({ tenantId, objectId }: Person): IdentifiedCaller {
  return {
    kind: 'identified',
    via: 'entra',
    namedClaims: new Map(),
    id: `${tenantId}/${objectId}`,
    bearerToken: `token of ${tenantId}/${objectId}`,
    claims: {
      tid: tenantId,
      oid: objectId,
      appid: undefined,
      roles: [],
      scp: ['access_as_user'],
      groups: [],
      hasGroupOverage: false,
      upn: undefined,
      preferred_username: undefined,
      email: undefined,
      sub: undefined,
    },
  };
}

test('for any profiles, callers and order of requests, each caller gets the same token as in a world of its own', async () => {
  await fc.assert(
    fc.asyncProperty(
      someProfiles,
      fc.array(fc.array(request, { minLength: 1, maxLength: 8 }), { minLength: 1, maxLength: 6 }),
      async (inputs, batches) => {
        const profiles = Object.fromEntries(inputs.map((input, index) => [`p${index}`, input]));
        const company = createWorld(profiles);
        const alone = new Map<string, Promise<string>>();
        for (const batch of batches) {
          await company.clock.advance(batch[0]?.afterMs ?? 0);
          const given = await Promise.all(
            batch.map(async ({ profile: index, person: who, minTtlSeconds }) => {
              const name = `p${index % inputs.length}`;
              const person = PEOPLE[who] as Person;
              return { name, person, token: await company.ask(name, person, minTtlSeconds) };
            }),
          );
          for (const { name, person, token } of given) {
            const key = JSON.stringify([name, person]);
            const expected = alone.get(key) ?? createWorld({ [name]: profiles[name] as object }).ask(name, person);
            alone.set(key, expected);
            expect({ name, person, token }).toEqual({ name, person, token: await expected });
          }
        }
      },
    ),
    { numRuns: 150 },
  );
});

test('the premise: in this world different profiles and people get different tokens', async () => {
  const world = createWorld({
    one: { grant: 'on_behalf_of', tenantId: the.tenantId, clientId: APPS[0], credential: { secret: 'one' } },
    two: { grant: 'on_behalf_of', tenantId: the.tenantId, clientId: APPS[1], credential: { secret: 'one' } },
  });

  const tokens = await Promise.all(['one', 'two'].flatMap((name) => PEOPLE.map((person) => world.ask(name, person))));

  expect(new Set(tokens).size).toBe(2 * PEOPLE.length);
});
