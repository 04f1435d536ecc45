import { countAsked, resetAll } from './asked-upstream.ts';
import { eventually } from './eventually.ts';
import { startScenario } from './scenario.ts';
import { passing, UPSTREAM_FAULTS, type UpstreamFaultCase } from './upstream-faults.ts';

export interface OutageSubject {
  readonly service: 'identity-endpoint' | 'key-vault' | 'issuer';
  readonly emulator: 'identityEndpoint' | 'keyVault' | 'entra';
  /** The detail that the caller gets for each fault, by its name. */
  readonly details: Readonly<Record<string, string | RegExp>>;
  /** Other members of `upstream`, by the fault's name. */
  readonly upstreams?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

const BUDGET_MS = 20_000;
/** For the machine itself. */
const SLACK_MS = 2_000;
const LONGEST_MEMORY_MS = 7_201_000;

/** Tests how callers notice each outage of one upstream. Each file runs in its own process. */
export function testOutages({ service, emulator, details, upstreams = {} }: OutageSubject): void {
  const scenario = startScenario();
  beforeAll(() => {
    // Long enough that the secret is also due for a new read while the token is still valid.
    scenario.entra.tokenLifetimeSeconds = 7200;
  });
  beforeEach(() => {
    resetAll(scenario);
  });

  function expectedProblem({ name, upstream, retryAfterSeconds = 5 }: UpstreamFaultCase): Record<string, unknown> {
    const detail = details[name];
    const described = detail instanceof RegExp ? expect.stringMatching(detail) : detail;
    return {
      status: 503,
      retryAfter: String(retryAfterSeconds),
      body: {
        type: 'urn:powerbi-token-function:error:upstream_unavailable',
        title: 'A service that the app needs is not available',
        status: 503,
        detail: described,
        code: 'upstream_unavailable',
        hint: 'Wait for Retry-After seconds, then try again. If the error stays, check the status of the service (status.azure.com) and the network path to it.',
        error: 'temporarily_unavailable',
        error_description: described,
        upstream: { service, ...upstream, ...upstreams[name] },
        request_id: expect.any(String),
      },
    };
  }

  describe.each(UPSTREAM_FAULTS)('$name', (faultCase) => {
    test('is reported in time to a caller without a valid token, and ends when the outage ends', async () => {
      const { token } = scenario.startApp();
      scenario[emulator].failWith(faultCase.fault(scenario.clock));
      const startedAtMs = scenario.clock.now().monotonicMs;
      const { status, headers, body } = await token();
      const tookMs = scenario.clock.now().monotonicMs - startedAtMs;

      expect({ status, retryAfter: headers.get('Retry-After'), body }).toEqual(expectedProblem(faultCase));
      expect(tookMs).toBeLessThan(BUDGET_MS + SLACK_MS);

      scenario[emulator].heal();
      scenario.clock.advance(LONGEST_MEMORY_MS);
      expect((await token()).body).toMatchObject({ token_type: 'Bearer', profile: 'default' });
    });

    test('has no effect on a caller if it ends in time', async () => {
      const { token, log } = scenario.startApp();
      scenario[emulator].failWith(passing(faultCase, scenario.clock), { times: 1 });
      expect((await token()).status).toBe(200);
      expect(log.map(({ event }) => event)).toEqual(['token.issued']);
    });

    test('has no effect on a caller while a valid token is cached', async () => {
      const { token } = scenario.startApp();
      const before = await token();
      scenario.clock.advance(6_000_000);
      resetAll(scenario);
      scenario[emulator].failWith(faultCase.fault(scenario.clock));

      const during = await token();
      expect(during.body['access_token']).toBe(before.body['access_token']);
      await eventually(() => countAsked(scenario).tokenRequests > 0);
      expect((await token()).status).toBe(200);
    });
  });
}
