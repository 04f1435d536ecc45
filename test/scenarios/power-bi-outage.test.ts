import { resetAll } from '../support/asked-upstream.ts';
import { anyoneMay, profilesFile } from '../support/profiles-file.ts';
import { startScenario, type TestApp } from '../support/scenario.ts';
import { passing, UPSTREAM_FAULTS } from '../support/upstream-faults.ts';

const scenario = startScenario();
beforeEach(() => {
  resetAll(scenario);
});

const OUTPUTS: Readonly<Record<string, string | RegExp>> = {
  silent: /^Power BI did not answer within \d+\.\d s(, in \d tries)?\.$/,
  slow: /^Power BI did not answer within \d+\.\d s(, in \d tries)?\.$/,
  'cut off': 'Power BI could not be reached (UND_ERR_SOCKET).',
  'cut off midway': 'Power BI could not be reached (UND_ERR_SOCKET).',
  'a proxy page': 'Power BI returned an answer that cannot be read.',
  'truncated JSON': 'Power BI returned an answer that cannot be read.',
  'ten megabytes': 'Power BI answered with more than 8388608 bytes.',
  throttling: 'Power BI is not available (HTTP 429).',
  'an empty 500': 'Power BI is not available (HTTP 500).',
  'an empty 503': 'Power BI is not available (HTTP 503).',
  'a 503 page with Retry-After': 'Power BI is not available (HTTP 503).',
  'a 408': 'Power BI is not available (HTTP 408).',
};
const BUDGET_MS = 20_000;
const SLACK_MS = 4_000;
const KEPT_FOR_MS = 31_000;

async function checkPowerBi({ readiness }: TestApp): Promise<Record<string, unknown>> {
  const { status, body } = await readiness();
  return { http: status, status: body['status'], powerBi: (body['checks'] as Record<string, unknown>)['power-bi'] };
}

const startApp = (): TestApp => scenario.startApp({ files: profilesFile({ grants: [anyoneMay('default')] }) });

const PASSED = {
  http: 200,
  status: 'pass',
  powerBi: [{ status: 'pass', time: expect.any(String), profile: 'default' }],
};

test('a request that has waited for its token waits for Power BI only for the rest of its budget', async () => {
  const app = startApp();
  scenario.entra.failWith(scenario.clock.slow(6_000));
  scenario.keyVault.failWith(scenario.clock.slow(2_000));
  scenario.powerBi.failWith(scenario.clock.silent());
  const startedAtMs = scenario.clock.now().monotonicMs;
  const { status, body } = await app.request('datasetsOfProfile', {
    query: '?workspace=3dab9c18-8f5d-4eb6-acea-1f3e5b6c7d89',
  });
  expect(scenario.clock.now().monotonicMs - startedAtMs).toBeLessThan(BUDGET_MS + SLACK_MS);
  expect({ status, code: body['code'], upstream: body['upstream'] }).toEqual({
    status: 503,
    code: 'upstream_unavailable',
    upstream: { service: 'power-bi' },
  });
});

describe.each(UPSTREAM_FAULTS)('$name', ({ name, ...faultCase }) => {
  test('is a warning of readiness in time, and tokens are still issued', async () => {
    const app = startApp();
    scenario.powerBi.failWith(faultCase.fault(scenario.clock));
    const startedAtMs = scenario.clock.now().monotonicMs;
    const found = await checkPowerBi(app);
    expect(scenario.clock.now().monotonicMs - startedAtMs).toBeLessThan(BUDGET_MS + SLACK_MS);
    const output = OUTPUTS[name];
    expect(found).toEqual({
      http: 200,
      status: 'warn',
      powerBi: [
        {
          status: 'warn',
          time: expect.any(String),
          output: output instanceof RegExp ? expect.stringMatching(output) : output,
          hint: expect.stringContaining('then try again'),
          profile: 'default',
        },
      ],
    });
    expect((await app.token()).status).toBe(200);

    scenario.powerBi.heal();
    // The app calls Power BI only after the time that it named.
    scenario.clock.advance(Math.max(KEPT_FOR_MS, (faultCase.retryAfterSeconds ?? 0) * 1000));
    expect(await checkPowerBi(app)).toEqual(PASSED);
  });

  test('has no effect on a caller if it ends in time', async () => {
    scenario.powerBi.failWith(passing({ name, ...faultCase }, scenario.clock), { times: 1 });
    expect(await checkPowerBi(startApp())).toEqual(PASSED);
  });
});
