import { ServiceError } from '../../src/errors.ts';
import { createHttpHandler, type Handler } from '../../src/http/handler.ts';
import type { Route } from '../../src/http/routes.ts';
import { respondJson } from '../../src/http/respond.ts';
import { describeForAudit } from '../../src/tokens/access-token.ts';
import { createSimulatedClock } from '../support/simulated-clock.ts';
import { some } from '../support/some.ts';
import { the } from '../support/the.ts';

async function call(
  { respond = () => respondJson({ ok: true }), ...route }: Partial<Route> & { respond?: Handler },
  request = some.httpRequest(),
) {
  const clock = createSimulatedClock(the.startMs);
  const { context, lines } = some.invocation();
  const handler = createHttpHandler(
    { path: 'here', methods: ['GET'], ...route, access: 'open', handler: respond },
    { clock, gate: some.gate(), refusals: some.refusals(), publicAddress: some.publicAddress },
  );
  const { status, headers = {}, body = '' } = await handler(request, context);
  return { status, headers, body: JSON.parse(body) as Record<string, unknown>, lines };
}

test('an answer has one audit line that says what was issued', async () => {
  const token = some.accessToken({ value: some.jwt({ uti: 'the-uti' }) });
  const { status, body, lines } = await call({
    audits: 'token',
    respond: ({ audit }) => {
      Object.assign(audit, {
        profile: 'default',
        caller: 'key',
        cache: 'hit',
        token: describeForAudit(token, some.moment()),
      });
      return respondJson({ ok: true });
    },
  });
  expect([status, body]).toEqual([200, { ok: true }]);
  expect(lines).toEqual([
    {
      level: 'information',
      event: 'token.issued',
      outcome: 'issued',
      profile: 'default',
      caller: 'key',
      cache: 'hit',
      token_fingerprint: token.fingerprint,
      token_uti: 'the-uti',
      expires_on: 1_800_003_600,
      duration_ms: 0,
      request_id: the.requestId,
    },
  ]);
});

test('a refusal has one audit line with the reason, including the part that the caller does not get', async () => {
  const { status, body, lines } = await call({
    audits: 'token',
    respond: () => {
      throw new ServiceError('forbidden', 'No grant.', { hint: 'Ask.', reason: 'roles' });
    },
  });
  expect([status, body['code'], JSON.stringify(body)]).toEqual([
    403,
    'forbidden',
    expect.not.stringContaining('roles'),
  ]);
  expect(lines).toEqual([
    {
      level: 'warning',
      event: 'token.refused',
      outcome: 'refused',
      code: 'forbidden',
      detail: 'No grant.',
      reason: 'roles',
      hint: 'Ask.',
      duration_ms: 0,
      request_id: the.requestId,
    },
  ]);
});

test('a route that issues nothing logs no audit line', async () => {
  expect((await call({})).lines).toEqual([]);
});

test('a wrong method is answered with the allowed ones', async () => {
  const { status, headers, body } = await call({ methods: ['GET', 'POST'] }, some.httpRequest({ method: 'DELETE' }));
  expect([status, headers['Allow'], body['code'], body['hint']]).toEqual([
    405,
    'GET, POST',
    'method_not_allowed',
    'Use GET or POST.',
  ]);
});

test('the answer to a defect has no details; only the log has its place', async () => {
  const { status, body, lines } = await call({
    respond: () => {
      throw new TypeError('undefined is not a function');
    },
  });
  expect([status, body['code']]).toEqual([500, 'internal']);
  expect(lines).toEqual([
    {
      level: 'error',
      event: 'defect',
      error: 'TypeError',
      at: expect.stringMatching(/^at .*handler\.test/) as string,
    },
  ]);
});

test.each([
  ['00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01', '0af7651916cd43dd8448eb211c80319c'],
  ['not a traceparent', undefined],
  ['00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01', undefined],
])('the audit line has the trace of %j', async (traceparent, expected) => {
  const { lines } = await call({ audits: 'token' }, some.httpRequest({ headers: { traceparent } }));
  expect(lines[0]?.['operation_id']).toBe(expected);
});
