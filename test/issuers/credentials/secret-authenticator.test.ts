import { ServiceError, UpstreamError } from '../../../src/errors.ts';
import { createSecretAuthenticator } from '../../../src/issuers/credentials/secret-authenticator.ts';
import { createVaultObjectCache, type VaultObjectCache } from '../../../src/secrets/vault-object-cache.ts';
import type { Secret } from '../../../src/secrets/secret-store.ts';
import { createBudget } from '../../../src/upstream/budget.ts';
import { unavailable } from '../../../src/upstream/unavailable.ts';
import { createModelVault, type ModelVault } from '../../support/model-vault.ts';
import { recordLog } from '../../support/record-log.ts';
import { createSimulatedClock, type SimulatedClock } from '../../support/simulated-clock.ts';
import { some } from '../../support/some.ts';
import { the } from '../../support/the.ts';

let clock: SimulatedClock;
let vault: ModelVault;
let secrets: VaultObjectCache<Secret>;
let log: ReturnType<typeof recordLog>;
let tried: string[];
let newestRefusal: UpstreamError | undefined;

const first = some.secret();
const second = some.secret({ version: 'v2', value: 'second', createdOnMs: the.startMs - 10_000 });

beforeEach(() => {
  clock = createSimulatedClock(the.startMs);
  vault = createModelVault(first);
  log = recordLog();
  secrets = createVaultObjectCache(vault, {
    clock,
    random: () => 0.5,
    log,
    onRefreshFailure: () => undefined,
  });
  tried = [];
});

const refusal = (code: 'secret_rejected' | 'secret_expired' | 'issuer_rejected'): UpstreamError =>
  new UpstreamError(code, 'No.', { service: 'issuer', status: 401, code: 'AADSTS7000215' }, { hint: 'Renew it.' });

/** An issuer that accepts these secrets and refuses all others. */
async function run(
  known: readonly Secret[],
  refuse: UpstreamError | (() => UpstreamError | undefined) = refusal('secret_rejected'),
): Promise<string> {
  const authenticator = createSecretAuthenticator(
    { kind: 'secret', secretName: the.secretName, method: 'client_secret_post' },
    { secrets, clock, log },
  );
  const context = { budget: createBudget(clock), clientId: the.clientId, assertion: some.assertionForm() };
  return authenticator.authenticate(context, (authentication, refusedBefore) => {
    const form = new URLSearchParams();
    void authentication({ issuer: 'https://issuer.example' }, { client_id: the.clientId }, form, new Headers());
    const sent = [...vault.versions, first].find(({ value }) => value === form.get('client_secret'));
    tried.push(sent?.version ?? 'none');
    newestRefusal = refusedBefore;
    return known.some(({ version }) => version === sent?.version)
      ? Promise.resolve(`token by ${sent?.version ?? 'none'}`)
      : Promise.reject((typeof refuse === 'function' ? refuse() : refuse) ?? new Error('Refused once too often.'));
  });
}

test('a secret that the issuer knows is read once and tried once', async () => {
  expect([await run([first]), tried, vault.asked]).toEqual(['token by v1', ['v1'], ['read']]);
});

test.each(['secret_rejected', 'secret_expired'] as const)(
  'a refused secret (%s) is read again and its new version is tried: the caller sees no error',
  async (code) => {
    await run([first]);
    vault.rotate(second);
    expect([await run([second], refusal(code)), tried]).toEqual(['token by v2', ['v1', 'v1', 'v2']]);
  },
);

test('if the version did not change, the refusal is final, and the secret is not tried again', async () => {
  const refused = refusal('secret_rejected');
  await expect(run([], refused)).rejects.toBe(refused);
  expect([tried, vault.asked]).toEqual([['v1'], ['read', 'read']]);
});

test('for a refusal that is not about the secret, the secret is not read again', async () => {
  const refused = refusal('issuer_rejected');
  await expect(run([], refused)).rejects.toBe(refused);
  expect(vault.asked).toEqual(['read']);
});

describe('a new version that the issuer does not know yet', () => {
  test('is replaced by the cached version before it', async () => {
    await run([first]);
    vault.rotate(second);
    await secrets.reread(the.secretName, clock.now(), createBudget(clock));
    expect([await run([first]), tried]).toEqual(['token by v1', ['v1', 'v2', 'v1']]);
    expect(vault.asked).not.toContain('versions');
  });

  test('is replaced by the version before it in the vault, on a new instance', async () => {
    vault.rotate(second);
    expect([await run([first]), tried]).toEqual(['token by v1', ['v2', 'v1']]);
    expect(vault.asked).toEqual(['read', 'read', 'versions', 'read v1']);
  });

  test('is reported to the operator, who may have stored a wrong value', async () => {
    vault.rotate(second);
    const refused = refusal('secret_rejected');
    await run([first], refused);
    expect(newestRefusal).toBe(refused);
    expect(log.lines.filter(({ event }) => event !== 'secret.expiry')).toEqual([
      {
        level: 'warn',
        event: 'credential.newest_refused',
        credential: the.secretName,
        code: 'secret_rejected',
        upstream_code: 'AADSTS7000215',
        detail: 'No.',
        hint: 'Renew it.',
      },
    ]);
  });

  test('is reported as rejected if it is older than five minutes', async () => {
    vault.rotate({ ...second, createdOnMs: the.startMs - 300_000 });
    await expect(run([first])).rejects.toMatchObject({ code: 'secret_rejected' });
    expect(tried).toEqual(['v2']);
  });

  test('is reported as rejected if its age is unknown', async () => {
    vault.rotate({ ...second, createdOnMs: undefined });
    await expect(run([first])).rejects.toMatchObject({ code: 'secret_rejected' });
    expect(tried).toEqual(['v2']);
  });

  test('is reported as rejected if it is the only version', async () => {
    vault.versions = [second];
    await expect(run([])).rejects.toMatchObject({ code: 'secret_rejected' });
    expect(tried).toEqual(['v2']);
  });

  test('is tried once, and so is the version before it, if the issuer knows neither', async () => {
    vault.rotate(second);
    await expect(run([])).rejects.toMatchObject({ code: 'secret_rejected' });
    expect(tried).toEqual(['v2', 'v1']);
  });
});

test('the error of the newest version is reported, whatever the error of the version before it', async () => {
  vault.rotate(second);
  const refusals = [refusal('secret_rejected'), refusal('secret_expired')];
  await expect(run([], () => refusals.shift())).rejects.toMatchObject({ code: 'secret_rejected' });
  expect(tried).toEqual(['v2', 'v1']);
});

test('an unavailable vault does not hide that the issuer refused the secret', async () => {
  const refused = refusal('secret_rejected');
  await run([first]);
  vault.failure = unavailable('is away', { service: 'key-vault' });
  await expect(run([], refused)).rejects.toBe(refused);
});

test('a defect while the secret is read again is reported as a defect', async () => {
  await run([first]);
  const defect = new RangeError('Invalid array length');
  vault.delay = () => Promise.reject(defect);
  await expect(run([])).rejects.toBe(defect);
});

test('a vault that returns no secret is the error that the caller gets', async () => {
  vault.failure = new ServiceError('secret_unavailable', 'There is no such secret.');
  await expect(run([first])).rejects.toBe(vault.failure);
  expect(tried).toEqual([]);
});

test('a refused secret that is past its expiresOn in Key Vault is reported as expired, with the day', async () => {
  vault.versions = [some.secret({ expiresOnMs: the.startMs - 1 })];
  await expect(run([])).rejects.toMatchObject({
    code: 'secret_expired',
    message:
      'The token issuer refuses the client secret (AADSTS7000215), which expired on 2027-01-15 according to its expiresOn in Key Vault.',
    hint: 'Renew it.',
    upstream: { service: 'issuer', status: 401, code: 'AADSTS7000215' },
  });
});

test('an issuer without codes of its own is named as the one that refused', async () => {
  vault.versions = [some.secret({ expiresOnMs: the.startMs })];
  await expect(run([], new UpstreamError('secret_rejected', 'No.', { service: 'issuer' }))).rejects.toMatchObject({
    message: expect.stringContaining('refuses the client secret (refused), which expired on') as string,
  });
});

test.each([
  ['is in the future', the.startMs + 1],
  ['is not set', undefined],
])('a refused secret whose expiresOn %s is reported as unknown to the issuer', async (_, expiresOnMs) => {
  vault.versions = [some.secret({ expiresOnMs })];
  await expect(run([])).rejects.toMatchObject({ code: 'secret_rejected' });
});

test('a secret past its expiresOn is tried: a person typed that date, and the issuer decides', async () => {
  const late = some.secret({ expiresOnMs: the.startMs - 1 });
  vault.versions = [late];
  expect(await run([late])).toBe('token by v1');
});
