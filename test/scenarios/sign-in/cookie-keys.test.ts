import { createBrowser, type Browser } from '../../support/browser.ts';
import { startPeopleApp } from '../../support/people.ts';
import { startScenario, type TestApp } from '../../support/scenario.ts';

const SECRET_NAME = 'cookie-key-of-this-test';
const [FIRST, SECOND, THIRD] = ['first', 'second', 'third'].map((word) => `${word}-cookie-key-0123456789-abcdefghij`);
const SECOND_MS = 1_000;

const scenario = startScenario();
beforeEach(() => {
  scenario.keyVault.deleteSecret(SECRET_NAME);
});

function addKey(value = ''): string {
  // The vault stores the age of a version in whole seconds.
  scenario.clock.advance(SECOND_MS);
  return scenario.keyVault.setSecret(SECRET_NAME, value);
}

function startInstance(): TestApp {
  return startPeopleApp(scenario, { settings: { SIGN_IN_COOKIE_SECRET_NAME: SECRET_NAME } });
}

async function signIn(app = startInstance()): Promise<Browser> {
  const browser = createBrowser(scenario.clock);
  await browser.signIn(app);
  return browser;
}

function keyIdsOf({ jar }: Browser): unknown[] {
  return [...jar.values.values()].map((sealed) => {
    const header = Buffer.from(sealed.split('.')[0] ?? '', 'base64url').toString();
    return (JSON.parse(header) as { kid: unknown }).kid;
  });
}

function withKeyId(sealed: string, kid: string): string {
  const header = Buffer.from(JSON.stringify({ alg: 'dir', enc: 'A256GCM', kid })).toString('base64url');
  return [header, ...sealed.split('.').slice(1)].join('.');
}

test('the newest version encrypts, and older enabled versions decrypt', async () => {
  const first = addKey(FIRST);
  const early = await signIn();
  const second = addKey(SECOND);
  const late = await signIn();
  expect([keyIdsOf(early), keyIdsOf(late)]).toEqual([[first], [second]]);
  const instance = startInstance();
  expect([(await early.fetchToken(instance)).status, (await late.fetchToken(instance)).status]).toEqual([200, 200]);
});

test('a cookie of an older key is encrypted with the newest key when it is next written', async () => {
  addKey(FIRST);
  const browser = await signIn();
  const second = addKey(SECOND);
  await browser.fetchToken(startInstance());
  expect(keyIdsOf(browser)).toEqual([second]);
});

test('a disabled version decrypts nothing', async () => {
  const first = addKey(FIRST);
  addKey(SECOND);
  scenario.keyVault.disableSecret(SECRET_NAME, first);
  scenario.keyVault.enableSecret(SECRET_NAME, first);
  const browser = createBrowser(scenario.clock);
  await browser.signIn(startInstance());
  const [second] = keyIdsOf(browser);
  scenario.keyVault.disableSecret(SECRET_NAME, String(second));
  expect((await browser.fetchToken(startInstance())).body).toMatchObject({ status: 401, code: 'unauthorized' });
  const again = await signIn();
  expect(keyIdsOf(again)).toEqual([first]);
});

test('an instance without the new version reads it when it gets the first cookie of that version', async () => {
  addKey(FIRST);
  const old = startInstance();
  await signIn(old);
  addKey(SECOND);
  const browser = await signIn();
  scenario.clock.advance(31_000);
  expect((await browser.fetchToken(old)).status).toBe(200);
});

test('within an hour every instance encrypts with the new version', async () => {
  addKey(FIRST);
  const instance = startInstance();
  await signIn(instance);
  const second = addKey(SECOND);
  scenario.clock.advance(3_601_000);
  // The first caller still gets the cached keys and starts the read; the second one gets the new keys.
  await instance.visit('/api/auth/sign-in');
  await scenario.clock.idle();
  const browser = createBrowser(scenario.clock);
  await browser.visit(instance, '/api/auth/sign-in');
  expect(keyIdsOf(browser)[0]).toBe(second);
});

test('replacing the key ends every session: at once on a new instance, within an hour on a running one', async () => {
  const first = addKey(FIRST);
  const running = startInstance();
  const browser = await signIn(running);
  addKey(SECOND);
  scenario.keyVault.disableSecret(SECRET_NAME, first);
  expect((await browser.fetchToken(startInstance())).status).toBe(401);
  expect((await browser.fetchToken(running)).status).toBe(200);
  scenario.clock.advance(3_601_000);
  await running.visit('/api/auth/sign-in');
  await scenario.clock.idle();
  expect((await browser.fetchToken(running)).status).toBe(401);
});

test('a missing secret is reported with the command that creates it', async () => {
  const { status, body, cookies } = await startInstance().visit('/api/auth/sign-in');
  expect({ status, code: body['code'], detail: body['detail'], hint: body['hint'], cookies }).toEqual({
    status: 502,
    code: 'secret_unavailable',
    detail: `The secret "${SECRET_NAME}" in Key Vault has no enabled version.`,
    hint: `Store a random value: az keyvault secret set --name ${SECRET_NAME} --value "$(openssl rand -base64 48)"`,
    cookies: [],
  });
});

test('a secret with only disabled versions is reported', async () => {
  addKey(FIRST);
  scenario.keyVault.disableSecret(SECRET_NAME);
  const { status, body } = await startInstance().visit('/api/auth/sign-in');
  expect([status, body['code'], body['detail']]).toEqual([
    502,
    'secret_unavailable',
    `The secret "${SECRET_NAME}" in Key Vault has no enabled version.`,
  ]);
});

test.each([1, 31])(
  'a secret of %d characters is too short, and is reported with the command that creates a good one',
  async (length) => {
    addKey('k'.repeat(length));
    const { status, body, cookies } = await startInstance().visit('/api/auth/sign-in');
    expect({ status, code: body['code'], detail: body['detail'], hint: body['hint'], cookies }).toEqual({
      status: 502,
      code: 'secret_unavailable',
      detail: `The secret "${SECRET_NAME}" in Key Vault is shorter than 32 characters.`,
      hint: `Store a random value: az keyvault secret set --name ${SECRET_NAME} --value "$(openssl rand -base64 48)"`,
      cookies: [],
    });
  },
);

test('following the hint works, although the short version still exists', async () => {
  addKey('too short');
  expect((await startInstance().visit('/api/auth/sign-in')).status).toBe(502);
  const second = addKey(THIRD);
  const browser = await signIn();
  expect(keyIdsOf(browser)).toEqual([second]);
  expect((await browser.fetchToken(startInstance())).status).toBe(200);
});

test('an empty older version is skipped', async () => {
  const empty = addKey();
  const second = addKey(SECOND);
  const instance = startInstance();
  const browser = await signIn(instance);
  expect([keyIdsOf(browser), (await browser.fetchToken(instance)).status]).toEqual([[second], 200]);
  for (const [name, sealed] of browser.jar.values) browser.jar.put(name, withKeyId(sealed, empty));
  expect((await browser.fetchToken(instance)).body).toMatchObject({ status: 401, code: 'unauthorized' });
});

test('a cookie is decrypted with its own version, however many newer versions exist', async () => {
  addKey(FIRST);
  const browser = await signIn();
  for (let index = 0; index < 30; index++) addKey(`${THIRD}-${index}`);
  expect((await browser.fetchToken(startInstance())).status).toBe(200);
});

test('during an outage of the vault, a cookie of an unread older version gets upstream_unavailable', async () => {
  addKey(FIRST);
  const browser = await signIn();
  addKey(SECOND);
  const instance = startInstance();
  await signIn(instance);
  scenario.keyVault.failWith({ kind: 'status', status: 503 });
  expect((await browser.fetchToken(instance)).body).toMatchObject({ status: 503, code: 'upstream_unavailable' });
  scenario.keyVault.heal();
  scenario.clock.advance(301_000);
  expect((await browser.fetchToken(instance)).status).toBe(200);
});

test('the same value under another secret name is another key', async () => {
  const other = 'cookie-key-of-another-test';
  addKey(FIRST);
  scenario.keyVault.setSecret(other, FIRST ?? '');
  const browser = await signIn();
  const elsewhere = startPeopleApp(scenario, { settings: { SIGN_IN_COOKIE_SECRET_NAME: other } });
  expect((await browser.fetchToken(elsewhere)).status).toBe(401);
});
