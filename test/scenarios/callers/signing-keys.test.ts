import type { Fault } from '../../../local/emulators/emulators.ts';
import { seed, startScenario } from '../../support/scenario.ts';
import { ADA, bearer, ENTRA_CALLERS } from '../../support/entra-callers.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

const { tenantId } = seed;
const scenario = startScenario();
beforeEach(() => {
  scenario.entra.reset();
});

const keyReads = (): number =>
  scenario.entra.requests.filter(({ path }) => path.endsWith('/discovery/v2.0/keys')).length;

test("the tenant's keys are read once for a hundred callers at once, and not again", async () => {
  const { token } = scenario.startApp({ settings: ENTRA_CALLERS });
  const headers = await bearer(scenario);

  const answers = await Promise.all(Array.from({ length: 100 }, () => token({ headers })));
  answers.push(await token({ headers }));

  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  expect(keyReads()).toBe(1);
});

test('an unknown key id causes at most one more read in half a minute, however often it is tried', async () => {
  const { token } = scenario.startApp({ settings: ENTRA_CALLERS });
  await token({ headers: await bearer(scenario) });
  const headers = await bearer(scenario, { ...ADA, signedBy: 'stranger' });
  const tryIt = async () => Promise.all(Array.from({ length: 50 }, () => token({ headers })));

  const reads = [keyReads()];
  const answers = await tryIt();
  reads.push(keyReads());
  scenario.clock.advance(31_000);
  answers.push(...(await tryIt()), ...(await tryIt()));
  reads.push(keyReads());

  expect(new Set(answers.map(({ status, body }) => `${status} ${String(body['code'])}`))).toEqual(
    new Set(['401 unauthorized']),
  );
  expect(reads).toEqual([1, 1, 2]);
});

test('a new signing key of Entra is known within half a minute', async () => {
  const { token } = scenario.startApp({ settings: ENTRA_CALLERS });
  scenario.entra.failWith(
    { kind: 'status', status: 200, body: { keys: [] } },
    { times: 1, match: ({ path }) => path.endsWith('/keys') },
  );
  const before = await token({ headers: await bearer(scenario) });
  scenario.clock.advance(30_000);

  const after = await token({ headers: await bearer(scenario) });

  expect([before.status, after.status]).toEqual([401, 200]);
});

test.each<[string, () => Fault]>([
  ['silent', () => scenario.clock.silent()],
  ['in error', () => ({ kind: 'status', status: 500, body: {} })],
  ['answering nonsense', () => ({ kind: 'html' })],
  ['cut off', () => ({ kind: 'cut-off' })],
])('with cached keys, an Entra that is %s has no effect when they are due for renewal', async (_how, fault) => {
  const { token } = scenario.startApp({ settings: ENTRA_CALLERS });
  await token({ headers: await bearer(scenario) });
  scenario.clock.advance(DAY_MS);
  scenario.entra.failWith(fault(), { match: ({ path }) => path.endsWith('/keys') });

  const answers = [await token({ headers: await bearer(scenario) }), await token({ headers: await bearer(scenario) })];

  expect(answers.map(({ status }) => status)).toEqual([200, 200]);
});

test('an unknown key id during an outage is refused as soon as the outage is known, and known callers are accepted', async () => {
  const { token } = scenario.startApp({ settings: ENTRA_CALLERS });
  await token({ headers: await bearer(scenario) });
  scenario.clock.advance(31_000);
  scenario.entra.failWith({ kind: 'status', status: 503, body: {} }, { match: ({ path }) => path.endsWith('/keys') });

  const stranger = await token({ headers: await bearer(scenario, { ...ADA, signedBy: 'stranger' }) });
  const known = await token({ headers: await bearer(scenario) });

  expect([stranger.status, stranger.body['code'], known.status]).toEqual([503, 'upstream_unavailable', 200]);
});

test('unknown key ids during an outage do not cause repeated requests to Entra', async () => {
  const { token } = scenario.startApp({ settings: ENTRA_CALLERS });
  await token({ headers: await bearer(scenario) });
  scenario.clock.advance(31_000);
  scenario.entra.failWith({ kind: 'status', status: 503, body: {} }, { match: ({ path }) => path.endsWith('/keys') });
  const headers = await bearer(scenario, { ...ADA, signedBy: 'stranger' });

  const answers = [];
  for (let attempt = 0; attempt < 10; attempt++) answers.push(await token({ headers }));

  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([503]));
  // The first read, then one with its retries.
  expect(keyReads()).toBe(1 + 4);
});

test('without any key, the caller gets upstream_unavailable and not unauthorized', async () => {
  const { token } = scenario.startApp({ settings: ENTRA_CALLERS });
  scenario.entra.failWith({ kind: 'status', status: 503, body: {} }, { match: ({ path }) => path.endsWith('/keys') });

  const { status, body, headers } = await token({ headers: await bearer(scenario) });

  expect([status, body['code'], body['upstream'], headers.get('retry-after')]).toEqual([
    503,
    'upstream_unavailable',
    { service: 'issuer', status: 503 },
    '5',
  ]);
});

test('a tenant that Entra does not know is a wrong setting, not an outage', async () => {
  const CALLER_TENANT_ID = '00000000-0000-4000-8000-000000000000';
  const { token } = scenario.startApp({ settings: { ...ENTRA_CALLERS, CALLER_TENANT_ID } });

  const { status, body } = await token({ headers: await bearer(scenario) });

  expect([status, body['code'], body['hint']]).toEqual([
    500,
    'misconfigured',
    'Set CALLER_TENANT_ID to the tenant id (Entra admin center > Overview), and check POWERBI_CLOUD and AZURE_AUTHORITY_HOST.',
  ]);
});

const KEYS = ({ path }: { path: string }): boolean => path.endsWith('/keys');
const serveKeys = (...keys: unknown[]): void => {
  scenario.entra.failWith({ kind: 'status', status: 200, body: { keys } }, { match: KEYS });
};

test('the keys are read again in the background every four hours', async () => {
  const { token } = scenario.startApp({ settings: ENTRA_CALLERS });
  const reads: number[] = [];
  for (const passedMs of [0, 4 * HOUR_MS - 60_000, 60_000]) {
    scenario.clock.advance(passedMs);
    await token({ headers: await bearer(scenario) });
    await scenario.clock.idle();
    reads.push(keyReads());
  }

  expect(reads).toEqual([1, 1, 2]);
});

test('keys are used until they are three days old, and not longer', async () => {
  const { token } = scenario.startApp({ settings: ENTRA_CALLERS });
  await token({ headers: await bearer(scenario) });
  scenario.entra.failWith({ kind: 'status', status: 503, body: {} }, { match: KEYS });

  scenario.clock.advance(3 * DAY_MS - 60_000);
  const before = await token({ headers: await bearer(scenario) });
  await scenario.clock.idle();
  scenario.clock.advance(60_000);
  const after = await token({ headers: await bearer(scenario) });

  expect([before.status, after.status, after.body['code']]).toEqual([200, 503, 'upstream_unavailable']);
});

test.each([
  ['of this tenant', (issuer: string) => issuer, 200],
  ['of every tenant', (issuer: string) => issuer.replace(tenantId, '{tenantid}'), 200],
  ['of personal accounts', (issuer: string) => issuer.replace(tenantId, '9188040d-6c67-4c5b-b112-36a304b66dad'), 401],
  ['of another cloud', () => `https://login.microsoftonline.us/${tenantId}/v2.0`, 401],
  ['whose issuer is not text', () => 1, 401],
])('a key in the set that is %s verifies accordingly', async (_, issuerOf, status) => {
  const { token } = scenario.startApp({ settings: ENTRA_CALLERS });
  const url = `${scenario.entra.url}/${tenantId}/discovery/v2.0/keys`;
  const { keys } = (await (await fetch(url)).json()) as { keys: Record<string, unknown>[] };
  serveKeys({ ...keys[0], issuer: issuerOf(`${scenario.entra.url}/${tenantId}/v2.0`) });

  expect((await token({ headers: await bearer(scenario) })).status).toBe(status);
});

test('a proxy that refuses the request for keys is reported, not an invalid token', async () => {
  const { token } = scenario.startApp({ settings: ENTRA_CALLERS });
  scenario.entra.failWith({ kind: 'status', status: 403, body: '<html>' }, { match: KEYS });

  const { status, body } = await token({ headers: await bearer(scenario) });

  expect([status, body['code'], body['hint']]).toEqual([502, 'issuer_rejected', expect.stringContaining('proxy')]);
});
