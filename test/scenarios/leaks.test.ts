import { createSecretLedger } from '../support/secret-ledger.ts';
import { seed, startScenario } from '../support/scenario.ts';

const scenario = startScenario();
beforeEach(() => {
  scenario.entra.reset();
  scenario.keyVault.reset();
  scenario.powerBi.reset();
});

/** The answer of an upstream that repeats the request. */
const echo = {
  kind: 'status',
  status: 400,
  body: { error: seed.app.secret, error_description: seed.app.secret },
} as const;

function heldSecret(): boolean {
  return scenario.ledger.upstreamAnswers.some((answer) => answer.includes(JSON.stringify(seed.app.secret)));
}

test('a secret that the issuer repeats is not passed on', async () => {
  const { token, readiness, log } = scenario.startApp();
  scenario.entra.failWith(echo);
  expect((await token()).body).toMatchObject({ code: 'issuer_rejected' });
  expect((await readiness()).body).toMatchObject({ status: 'fail' });
  await scenario.ledger.findLeaks();
  // The premise: there were answers, and they contained secrets.
  expect(heldSecret()).toBe(true);
  expect(log.length).toBe(1);
  expect(await scenario.ledger.findLeaks()).toEqual([]);
});

test('a token that Power BI or the vault repeats is not passed on', async () => {
  const app = scenario.startApp();
  const { body } = await app.token();
  const accessToken = String(body['access_token']);
  const repeat = { error: { code: accessToken, message: `Bearer ${accessToken}` } };
  scenario.powerBi.failWith({
    kind: 'status',
    status: 403,
    headers: { requestid: accessToken, 'x-powerbi-error-info': accessToken },
    body: repeat,
  });
  scenario.keyVault.failWith({
    kind: 'status',
    status: 403,
    headers: { 'x-ms-request-id': accessToken },
    body: repeat,
  });
  expect((await app.readiness()).body).toMatchObject({ status: 'fail' });
  expect(await scenario.ledger.findLeaks()).toEqual([]);
});

test('a secret in the refusal of a background refresh is not passed on', async () => {
  const { token, log } = scenario.startApp();
  await token();
  scenario.clock.advance(3_000_000);
  scenario.entra.failWith(echo);
  await token();
  await scenario.clock.idle();
  expect(log.map(({ event }) => event)).toContain('cache.refresh_failed');
  expect(await scenario.ledger.findLeaks()).toEqual([]);
});

describe('the ledger finds', () => {
  const secret = 'Kq8~+&%=/ "quoted" and long enough';
  const token = `eyJhbGciOiJub25lIn0.${'c'.repeat(24)}.${'s'.repeat(24)}`;

  test.each([
    ['an unchanged secret', secret],
    ['a secret in JSON', JSON.stringify({ detail: secret })],
    ['a secret in JSON within JSON', JSON.stringify({ line: JSON.stringify({ detail: secret }) })],
    ['a secret in a URL', `/?secret=${encodeURIComponent(secret)}`],
    ['a secret in a form', new URLSearchParams({ client_secret: secret }).toString()],
    ['a secret in base64', Buffer.from(secret).toString('base64')],
    ['half of a secret', `It began with ${secret.slice(0, secret.length / 2)}...`],
  ])('%s', async (_, text) => {
    const ledger = createSecretLedger();
    ledger.noteSecret(secret);
    ledger.noteTold('log: somewhere', text);
    expect((await ledger.findLeaks())[0]).toMatchObject({ where: 'log: somewhere', secret });
  });

  test.each([
    ['a token', token],
    ['the claims of a token', token.split('.')[1] ?? ''],
    ['the signature of a token', token.split('.')[2] ?? ''],
  ])('%s', async (_, text) => {
    const ledger = createSecretLedger();
    ledger.noteSecret(token);
    ledger.noteTold('answer: somewhere', `x ${text} y`);
    expect((await ledger.findLeaks())[0]).toMatchObject({ where: 'answer: somewhere', secret: token });
  });

  test('a credential that was sent or received', async () => {
    const ledger = createSecretLedger();
    const fetch = ledger.watch(() =>
      Promise.resolve(
        new Response('{"access_token":"a-token-that-came-back"}', { headers: { 'content-length': '41' } }),
      ),
    );
    await fetch('https://localhost/', {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from('id:sent-in-basic').toString('base64')}` },
      body: new URLSearchParams({ client_secret: 'sent-in-a-form' }),
    });
    ledger.noteTold('log: one', 'sent-in-basic');
    ledger.noteTold('log: two', 'sent-in-a-form');
    ledger.noteTold('log: three', 'a-token-that-came-back');
    expect(new Set((await ledger.findLeaks()).map(({ where }) => where))).toEqual(
      new Set(['log: one', 'log: two', 'log: three']),
    );
  });

  test('no leak in a text without a credential', async () => {
    const ledger = createSecretLedger();
    ledger.noteSecret(secret);
    ledger.noteTold('log: somewhere', '{"token_fingerprint":"0123456789abcdef"}');
    expect(await ledger.findLeaks()).toEqual([]);
  });
});
