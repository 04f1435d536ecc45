import fc from 'fast-check';
import { describeRefusal } from '../../src/audit.ts';
import { ServiceError, UpstreamError } from '../../src/errors.ts';
import { createHttpHandler } from '../../src/http/handler.ts';
import { respondProblem } from '../../src/http/problem.ts';
import { judgeIdentityAnswer } from '../../src/identity/judge-identity-answer.ts';
import { judgeTokenAnswer } from '../../src/issuers/judge-token-answer.ts';
import { judgePowerBiAnswer } from '../../src/power-bi/judge-power-bi-answer.ts';
import { createSecretStore } from '../../src/secrets/secret-store.ts';
import { createVaultConnection } from '../../src/secrets/vault-connection.ts';
import { createBudget } from '../../src/upstream/budget.ts';
import { judgeNetworkError, type UpstreamAnswer } from '../../src/upstream/fetch-upstream.ts';
import { createSimulatedClock } from '../support/simulated-clock.ts';
import { some } from '../support/some.ts';
import { the } from '../support/the.ts';
import { createVaultFetch } from '../support/vault-fetch.ts';

/** What must never leak: a client secret, a password, a token. Each has characters that no code or id of an upstream has. */
const planted = fc.constantFrom(
  'Xy8Q~abcDEF.ghiJKL_mnoPQR-stuVWX0123456789',
  'correct horse battery staple',
  'Passw0rd',
  '0123456789abcdef0123456789abcdef0123456789',
  some.jwt({ oid: 'somebody', uti: 'the-uti' }),
);

const ERROR_MEMBERS = [
  'error',
  'error_description',
  'error_codes',
  'error_uri',
  'correlation_id',
  'trace_id',
  'timestamp',
];
const IDENTITY_MEMBERS = ['statusCode', 'message', 'correlationId', 'expires_on'];
const VAULT_MEMBERS = ['code', 'message', 'innererror', 'target', 'details'];
const HEADERS = ['retry-after', 'requestid', 'x-ms-request-id', 'x-powerbi-error-info', 'www-authenticate', 'location'];

/** Bodies of every form with the planted text in them, under a name that the program reads or any other name. */
const bodyWith = (secret: string): fc.Arbitrary<string> => {
  const quoting = fc.constantFrom(secret, `AADSTS7000215: ${secret}`, `AADSTS${secret}`, `${secret}: refused`);
  const leaf = fc.oneof(quoting, fc.array(quoting, { minLength: 1, maxLength: 2 }), fc.record({ code: quoting }));
  const named = (names: readonly string[]): fc.Arbitrary<unknown> =>
    fc
      .tuple(fc.uniqueArray(fc.constantFrom(...names), { minLength: 1 }), leaf)
      .map(([chosen, value]) => Object.fromEntries(chosen.map((name) => [name, value])));
  const json = fc.oneof(
    named(ERROR_MEMBERS),
    named(IDENTITY_MEMBERS),
    named(VAULT_MEMBERS).map((error) => ({ error })),
    named(VAULT_MEMBERS).map((innererror) => ({ error: { code: 'Forbidden', innererror } })),
    named(['access_token', 'token_type', 'expires_in', 'refresh_token', 'id_token', 'scope']).map((members) => ({
      ...some.tokenResponse({ access_token: undefined }),
      ...(members as Record<string, unknown>),
    })),
    fc.dictionary(fc.string(), leaf, { minKeys: 1 }),
  );
  return fc.oneof(
    json.map((value) => JSON.stringify(value)),
    quoting.map((text) => `<html><title>${text}</title></html>`),
    quoting.map((text) => `{"error":"invalid_client","error_description":"${text}`),
    quoting,
  );
};

interface Planted {
  readonly secret: string;
  readonly status: number;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

const answer: fc.Arbitrary<Planted> = planted.chain((secret) =>
  fc.record({
    secret: fc.constant(secret),
    status: fc.constantFrom(200, 201, 302, 400, 401, 403, 404, 409, 429, 500, 503),
    body: bodyWith(secret),
    headers: fc.dictionary(fc.constantFrom(...HEADERS), fc.constant(secret)),
  }),
);

/** Everything that a caller, an operator or a log would see of `error`. */
function everythingTold(error: ServiceError): string {
  const context = {
    subject: 'token' as const,
    requestId: the.requestId,
    operationId: undefined,
    startedAt: some.moment(),
    now: some.moment(),
  };
  return [
    respondProblem(error, { requestId: the.requestId, oauth: true, prefix: '/api' }),
    describeRefusal(error, {}, context),
    [error.message, error.hint, error.reason, error instanceof UpstreamError ? error.upstream : undefined],
  ]
    .map((part) => JSON.stringify(part))
    .join('\n');
}

/** The secret as it would look inside JSON. */
const inJson = (secret: string): string => JSON.stringify(secret).slice(1, -1);

function expectNothingTold(error: unknown, secret: string): void {
  expect(error).toBeInstanceOf(ServiceError);
  expect(everythingTold(error as ServiceError)).not.toContain(inJson(secret));
}

/** The premise of every property in this file: the raw answer contains the secret in a readable form. */
function expectPlanted({ body, secret }: Planted): void {
  expect(body.includes(secret) || body.includes(inJson(secret))).toBe(true);
}

const toAnswer = ({ status, body, headers }: Planted): UpstreamAnswer => ({
  status,
  text: body,
  headers: new Headers(headers),
});

const rejectionOf = async (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  );

test('whatever the issuer answers, nothing that it quotes is passed on', async () => {
  await fc.assert(
    fc.asyncProperty(answer, fc.boolean(), async (planted, isForPerson) => {
      expectPlanted(planted);
      const judged = judgeTokenAnswer(
        { ...toAnswer(planted), sentAt: some.moment() },
        some.tokenRequest({ isForPerson }),
      );
      const error = await rejectionOf(judged);
      // An answer with the planted text as the access token is a success.
      if (error !== undefined) expectNothingTold(error, planted.secret);
    }),
    { numRuns: 1000 },
  );
});

test('whatever Power BI answers, nothing that it quotes is passed on', () => {
  fc.assert(
    fc.property(answer, fc.constantFrom('service-principal', 'master-user', 'person'), (planted, holder) => {
      expectPlanted(planted);
      try {
        judgePowerBiAnswer(toAnswer(planted), { nowMs: the.startMs, holder });
      } catch (error) {
        expectNothingTold(error, planted.secret);
      }
    }),
    { numRuns: 1000 },
  );
});

test('whatever the identity endpoint answers, nothing that it quotes is passed on', () => {
  fc.assert(
    fc.property(answer, (planted) => {
      expectPlanted(planted);
      const request = { scope: the.vaultScope, clientId: undefined, requestedAt: some.moment() };
      try {
        judgeIdentityAnswer(toAnswer(planted), request);
      } catch (error) {
        expectNothingTold(error, planted.secret);
      }
    }),
    { numRuns: 1000 },
  );
});

test('whatever Key Vault refuses with, nothing that it quotes is passed on', async () => {
  const refusal = answer.filter(({ status }) => status >= 400);
  await fc.assert(
    fc.asyncProperty(refusal, async (planted) => {
      expectPlanted(planted);
      const clock = createSimulatedClock(the.startMs);
      const { fetch } = createVaultFetch(
        () =>
          new Response(planted.body, {
            status: planted.status,
            headers: { ...planted.headers, 'content-type': 'application/json' },
          }),
      );
      const identity = {
        getToken: () => Promise.resolve(some.accessToken()),
        replaceToken: () => Promise.resolve(undefined),
      };
      const vault = createVaultConnection(
        { vaultUrl: the.vaultUrl, vaultScope: the.vaultScope, verifyChallengeResource: false },
        { fetch, clock, random: () => 0, identity },
      );
      const outcome = await clock.settled(createSecretStore(vault).read(the.secretName, createBudget(clock)));
      if (outcome.status === 'rejected') expectToldSafely(outcome.reason, planted.secret);
      else throw new Error('A refusal gave a secret.');
    }),
    { numRuns: 200 },
  );
});

/** An error that is not a ServiceError is a defect, and the handler conceals its text. */
function expectToldSafely(error: unknown, secret: string): void {
  if (error instanceof ServiceError) expectNothingTold(error, secret);
}

test('whatever a network error says, nothing that it quotes is passed on', () => {
  fc.assert(
    fc.property(planted, fc.boolean(), (secret, asCode) => {
      const cause = Object.assign(new Error(secret), { code: asCode ? secret : 'ECONNRESET' });
      expectNothingTold(judgeNetworkError(new TypeError(`fetch failed: ${secret}`, { cause }), 'issuer'), secret);
    }),
  );
});

test('neither the answer nor the log repeats the message, the name or the stack of a defect', async () => {
  const clock = createSimulatedClock(the.startMs);
  const defectWith = (secret: string): fc.Arbitrary<unknown> =>
    fc.constantFrom<unknown>(
      new Error(secret),
      new Error(`first line\n    at ${secret}\n    at post (https://login/${secret}:1:1)`),
      Object.assign(new Error('x'), { name: secret }),
      secret,
      { message: secret },
      [secret],
      null,
    );
  const defect = planted.chain((secret) => fc.tuple(fc.constant(secret), defectWith(secret)));
  await fc.assert(
    fc.asyncProperty(defect, async ([secret, thrown]) => {
      const throwIt = (): never => {
        throw thrown;
      };
      const route = { path: 'token', methods: ['GET'], access: 'open', audits: 'token', oauth: true } as const;
      const handler = createHttpHandler(
        { ...route, handler: throwIt },
        { clock, gate: some.gate(), refusals: some.refusals(), publicAddress: some.publicAddress },
      );
      const { context, lines } = some.invocation();
      const told = JSON.stringify([await handler(some.httpRequest(), context), lines]);
      expect(told).toContain('"code\\":\\"internal\\"');
      expect(told).not.toContain(inJson(secret));
    }),
    { numRuns: 200 },
  );
});
