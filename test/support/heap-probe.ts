/**
 * A separate process: it requests tokens of people and of a master user, drops all that it sent, and writes a heap snapshot.
 * It derives each credential from the seed when it needs it, so the heap contains a credential only if the program keeps it.
 */
import { createHash } from 'node:crypto';
import { writeHeapSnapshot } from 'node:v8';
import { CLOUDS } from '../../src/config/clouds.ts';
import type { IssuerProfile, PasswordProfile } from '../../src/config/profiles/profile.ts';
import { createRefreshTokenEndpoint } from '../../src/issuers/grant-types/authorization-code.ts';
import { createOnBehalfOfEndpoint } from '../../src/issuers/grant-types/on-behalf-of.ts';
import { createPasswordEndpoint } from '../../src/issuers/grant-types/password.ts';
import { createTokenRequester, type TokenRequester } from '../../src/issuers/token-requester.ts';
import { createTokenCache } from '../../src/tokens/token-cache.ts';
import type { TokenEndpoint } from '../../src/tokens/token-endpoint.ts';

const [, , seed = '', file = ''] = process.argv;
const mark = (name: string): string => createHash('sha256').update(`${seed} ${name}`).digest('hex');

const clock = {
  now: () => ({ wallMs: Date.now(), monotonicMs: performance.now() }),
  schedule(delayMs: number, callback: () => void) {
    const timer = setTimeout(callback, delayMs);
    return () => {
      clearTimeout(timer);
    };
  },
};
let isRefusing = false;
const fetch = (): Promise<Response> =>
  Promise.resolve(
    isRefusing
      ? Response.json({ error: 'invalid_grant', error_codes: [50173] }, { status: 400 })
      : Response.json({ token_type: 'Bearer', expires_in: 3600, access_token: mark('access token') }),
  );

const common = {
  name: 'people',
  cloud: CLOUDS.public,
  clientId: 'client',
  credential: { kind: 'secret', secretName: 'secret', method: 'client_secret_post' },
  target: { scope: 'scope' },
  parameters: {},
  issuer: {
    kind: 'endpoint',
    issuer: 'https://issuer.example',
    isIssuerNamed: true,
    tokenEndpoint: 'https://issuer.example/token',
    isEntra: true,
  },
} as const;

function createRequester(profile: IssuerProfile): TokenRequester {
  return createTokenRequester(
    profile,
    {
      name: 'secret',
      version: () => 'v1',
      prepare: () => undefined,
      authenticate: (_context, attempt) => attempt(() => undefined),
    },
    {
      fetch,
      clock,
      random: () => 0.5,
      findIssuer: () =>
        Promise.resolve({
          ...common.issuer,
          assertion: { audience: common.issuer.issuer, type: 'JWT', algorithm: 'PS256' },
        }),
    },
  );
}

const onBehalfOf = createRequester({ ...common, grant: 'on_behalf_of' });
const master: PasswordProfile = { ...common, grant: 'password', username: 'ada', passwordSecretName: 'password' };
const readPassword = () =>
  Promise.resolve({
    name: 'password',
    version: 'v1',
    value: mark('password'),
    createdOnMs: undefined,
    expiresOnMs: undefined,
  });
const password = createPasswordEndpoint(master, createRequester(master), {
  clock,
  secrets: {
    kind: 'secret',
    get: readPassword,
    reread: readPassword,
    previous: () => Promise.resolve(undefined),
    peek: () => undefined,
  },
});
const person = { id: 'sign-in', tenantId: 'tenant', objectId: 'ada' };
const tokens = createTokenCache({ clock, random: () => 0.5, onRefreshFailure: () => undefined });
const ask = async (endpoint: TokenEndpoint): Promise<void> => {
  await tokens.get(endpoint).catch(() => undefined);
};

await ask(createOnBehalfOfEndpoint(onBehalfOf, { ...person, assertion: mark('assertion') }));
await ask(createRefreshTokenEndpoint(onBehalfOf, { ...person, refreshToken: mark('refresh token') }));
await ask(password);
isRefusing = true;
await ask(createOnBehalfOfEndpoint(onBehalfOf, { ...person, assertion: mark('refused assertion') }));
await ask(
  createRefreshTokenEndpoint(onBehalfOf, { ...person, id: 'two', refreshToken: mark('refused refresh token') }),
);

await new Promise((resolve) => setTimeout(resolve, 50));
globalThis.gc?.();
globalThis.gc?.();
writeHeapSnapshot(file);
// Used here, so that the cache is alive in the snapshot.
process.stdout.write(String(tokens.lastFailure(password)));
