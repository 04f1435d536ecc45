import type { AppIdentity } from '../../src/identity/app-identity.ts';
import { missingVault } from '../../src/secrets/missing-vault.ts';
import { createSecretStore } from '../../src/secrets/secret-store.ts';
import { createVaultConnection } from '../../src/secrets/vault-connection.ts';
import { createBudget } from '../../src/upstream/budget.ts';
import { unavailable } from '../../src/upstream/unavailable.ts';
import { createSimulatedClock } from '../support/simulated-clock.ts';
import { some } from '../support/some.ts';
import { the } from '../support/the.ts';
import { createVaultFetch } from '../support/vault-fetch.ts';

const identity: AppIdentity = {
  getToken: () => Promise.resolve(some.accessToken({ value: 'identity-token' })),
  replaceToken: () => Promise.resolve(undefined),
};

/** The real SDK. `answer` answers all its requests. */
function createVault(answer: (url: URL) => Response, app = identity) {
  const clock = createSimulatedClock(the.startMs);
  const { fetch, asked } = createVaultFetch(answer);
  const options = { vaultUrl: the.vaultUrl, vaultScope: the.vaultScope, verifyChallengeResource: true };
  const vault = createSecretStore(createVaultConnection(options, { fetch, clock, random: () => 0.5, identity: app }));
  const read = () => clock.settled(vault.read(the.secretName, createBudget(clock)));
  return { clock, vault, asked, read };
}

const bundle = (version: string, members: Readonly<Record<string, unknown>> = {}) => ({
  id: `${the.vaultUrl}/secrets/${the.secretName}/${version}`,
  attributes: { enabled: true, created: 1_700_000_000, updated: 1_700_000_000 },
  ...members,
});

test('the newest version has the dates of its attributes', async () => {
  const attributes = { enabled: true, created: 1_700_000_000, updated: 1_700_000_000, exp: 1_900_000_000 };
  const { read, asked } = createVault(() => Response.json(bundle('v1', { value: 'the secret', attributes })));
  expect(await read()).toEqual({
    status: 'fulfilled',
    value: {
      name: the.secretName,
      value: 'the secret',
      version: 'v1',
      createdOnMs: 1_700_000_000_000,
      expiresOnMs: 1_900_000_000_000,
    },
  });
  expect(asked).toEqual([
    `GET /secrets/${the.secretName}/ no token`,
    `GET /secrets/${the.secretName}/ Bearer identity-token`,
  ]);
});

test('a version is read by its name', async () => {
  const { clock, vault, asked } = createVault(() => Response.json(bundle('v7', { value: 'seven' })));
  const outcome = await clock.settled(vault.read(the.secretName, createBudget(clock), 'v7'));
  expect(outcome).toMatchObject({ value: { version: 'v7', value: 'seven', expiresOnMs: undefined } });
  expect(asked.at(-1)).toBe(`GET /secrets/${the.secretName}/v7 Bearer identity-token`);
});

test('the enabled versions of all pages are listed, newest first', async () => {
  const aged = (version: string, created: number, enabled = true) =>
    bundle(version, { attributes: { enabled, created, updated: created } });
  const { clock, vault } = createVault(({ searchParams }) =>
    searchParams.has('skip')
      ? Response.json({ value: [aged('v3', 3000), aged('v4', 4000, false)] })
      : Response.json({
          value: [aged('v1', 1000), aged('v2', 2000), bundle('v0', { attributes: { enabled: true } })],
          nextLink: `${the.vaultUrl}/secrets/${the.secretName}/versions?api-version=2026-04-01&skip=1`,
        }),
  );
  expect(await clock.settled(vault.readVersions(the.secretName, createBudget(clock)))).toEqual({
    status: 'fulfilled',
    value: [
      { version: 'v3', createdOnMs: 3_000_000 },
      { version: 'v2', createdOnMs: 2_000_000 },
      { version: 'v1', createdOnMs: 1_000_000 },
      { version: 'v0', createdOnMs: undefined },
    ],
  });
});

test.each([[''], [undefined]])('a secret whose value is %j is empty', async (value) => {
  const { read } = createVault(() => Response.json(bundle('v1', { value })));
  expect(await read()).toMatchObject({
    status: 'rejected',
    reason: {
      code: 'secret_unavailable',
      message: `The secret "${the.secretName}" in Key Vault is empty.`,
      upstream: { service: 'key-vault' },
      hint: expect.stringContaining('az keyvault secret set') as string,
    },
  });
});

test('a throttling vault is asked again after its Retry-After', async () => {
  const answers = [new Response('', { status: 429, headers: { 'retry-after': '2' } })];
  const { clock, read } = createVault(() => answers.shift() ?? Response.json(bundle('v1', { value: 'the secret' })));
  expect(await read()).toMatchObject({ status: 'fulfilled', value: { value: 'the secret' } });
  expect(clock.now().monotonicMs).toBe(2400);
});

const refusing = (code: string, inner?: string): unknown => ({
  error: {
    code,
    message: 'Caller: appid=... from 10.1.2.3',
    ...(inner === undefined ? {} : { innererror: { code: inner } }),
  },
});

test.each<[status: number, body: unknown, code: string | undefined, meaning: string, hint: RegExp]>([
  [
    403,
    refusing('Forbidden', 'ForbiddenByRbac'),
    'ForbiddenByRbac',
    'the identity of this function app has no role on the vault',
    /Key Vault Secrets User/,
  ],
  [
    403,
    refusing('Forbidden', 'ForbiddenByFirewall'),
    'ForbiddenByFirewall',
    "the vault's firewall blocks this function app",
    /virtual network/,
  ],
  [
    403,
    refusing('Forbidden', 'ForbiddenByPolicy'),
    'ForbiddenByPolicy',
    'the vault uses access policies, but none gives this identity the permission',
    /Access configuration/,
  ],
  [
    403,
    refusing('Forbidden', 'ForbiddenByConnection'),
    'ForbiddenByConnection',
    'public access to the vault is off, and the request did not come through a private endpoint',
    /private DNS zone/,
  ],
  [
    403,
    refusing('Forbidden', 'AccessDenied'),
    'AccessDenied',
    'the vault uses access policies, but none gives this identity the permission',
    /Access configuration/,
  ],
  [
    403,
    refusing('Forbidden', 'SecretDisabled'),
    'SecretDisabled',
    'the newest version of the secret is disabled',
    /--enabled true/,
  ],
  [
    403,
    refusing('Forbidden'),
    'Forbidden',
    'the identity of this function app may not read it',
    /Key Vault Secrets User/,
  ],
  [404, refusing('SecretNotFound'), 'SecretNotFound', 'there is no such secret', /POWERBI_CLIENT_SECRET_NAME/],
  [404, {}, undefined, 'there is no such secret or certificate', /KEY_VAULT_URI/],
  [401, refusing('Unauthorized'), 'Unauthorized', "the vault does not accept the identity's token", /KEY_VAULT_URI/],
  [400, refusing('BadParameter'), 'BadParameter', 'the vault refused', /diagnostic log/],
  [409, refusing('toString'), 'toString', 'the vault refused', /diagnostic log/],
  [400, refusing('Xy8Qabc0123'), undefined, 'the vault refused', /diagnostic log/],
  [400, refusing('Caller 10.1.2.3 is not allowed'), undefined, 'the vault refused', /diagnostic log/],
])(
  'HTTP %d %j is a refusal with its meaning and what to do, without a retry',
  async (status, body, code, meaning, hint) => {
    const { read, asked } = createVault(() =>
      Response.json(body, { status, headers: { 'x-ms-request-id': the.correlationId } }),
    );
    expect(await read()).toMatchObject({
      status: 'rejected',
      reason: {
        code: 'secret_unavailable',
        message: `Key Vault did not return the secret "${the.secretName}": ${meaning} (HTTP ${status}).`,
        hint: expect.stringMatching(hint) as string,
        upstream: { service: 'key-vault', status, code, correlationId: the.correlationId },
      },
    });
    expect(asked).toHaveLength(2);
  },
);

test('a request id that does not have the form of an id is not passed on', async () => {
  const { read } = createVault(() =>
    Response.json(refusing('Forbidden'), { status: 403, headers: { 'x-ms-request-id': 'Xy8Q~secret' } }),
  );
  expect(await read()).toMatchObject({ reason: { upstream: { correlationId: undefined } } });
});

test('a token that the vault refuses is replaced, and the read is repeated once with the new one', async () => {
  let token = some.accessToken({ value: 'revoked' });
  const replaced: string[] = [];
  const app: AppIdentity = {
    getToken: () => Promise.resolve(token),
    replaceToken(_, refused) {
      replaced.push(refused.value);
      token = some.accessToken({ value: 'new' });
      return Promise.resolve(token);
    },
  };
  const answers = [Response.json(refusing('Unauthorized'), { status: 401 })];
  const { read, asked } = createVault(() => answers.shift() ?? Response.json(bundle('v1', { value: 'x' })), app);
  expect(await read()).toMatchObject({ status: 'fulfilled', value: { version: 'v1' } });
  expect(replaced).toEqual(['revoked']);
  expect(asked.map((line) => line.split(' ').at(-1))).toEqual(['token', 'revoked', 'new']);
});

const withoutToken = `GET /secrets/${the.secretName}/ no token`;

test('the first request goes to the vault while the identity token is on its way', async () => {
  const asking: string[][] = [];
  const app = {
    ...identity,
    getToken: async () => {
      await new Promise(setImmediate);
      asking.push([...asked]);
      return some.accessToken({ value: 'identity-token' });
    },
  };
  const { read, asked } = createVault(() => Response.json(bundle('v1', { value: 'x' })), app);
  expect(await read()).toMatchObject({ status: 'fulfilled', value: { version: 'v1' } });
  expect(asking[0]).toEqual([withoutToken]);
});

test('if the identity has no token, its error is thrown, and the vault is asked once and without a token', async () => {
  const away = unavailable('is away', { service: 'identity-endpoint' });
  const { read, asked } = createVault(() => Response.json({}), { ...identity, getToken: () => Promise.reject(away) });
  expect(await read()).toEqual({ status: 'rejected', reason: away });
  expect(asked).toEqual([withoutToken]);
});

test('if the identity loses its token later, the vault is not asked', async () => {
  const away = unavailable('is away', { service: 'identity-endpoint' });
  const tokens = [Promise.resolve(some.accessToken({ value: 'identity-token' }))];
  const getToken = () => tokens[0] ?? Promise.reject(away);
  const { read, asked } = createVault(() => Response.json(bundle('v1', { value: 'x' })), { ...identity, getToken });
  await read();
  const before = [...asked];
  tokens.length = 0;
  expect([await read(), asked]).toEqual([{ status: 'rejected', reason: away }, before]);
});

test('without a vault, reading anything names the missing setting', async () => {
  const budget = createBudget(createSimulatedClock(the.startMs));
  const missing = {
    code: 'misconfigured',
    message: 'KEY_VAULT_URI is not set, but this request needs a secret or certificate in Key Vault.',
  };
  await expect(missingVault.secrets.read('a', budget)).rejects.toMatchObject(missing);
  await expect(missingVault.secrets.readVersions('a', budget)).rejects.toMatchObject(missing);
  await expect(missingVault.certificates.read('a', budget)).rejects.toMatchObject(missing);
});
