import { embedGrant, startEmbedApp } from '../../support/embed.ts';
import { ADA, bearer } from '../../support/entra-callers.ts';
import { seed, startScenario } from '../../support/scenario.ts';

const { workspace } = seed;
const REPORT = `/api/embed/${workspace.id}/${workspace.salesReportId}`;
const coded = (code: string) => ({ error: { code } });

const scenario = startScenario();
beforeEach(() => {
  scenario.powerBi.reset();
});

/** Power BI lists the items, and refuses to create the token. */
test.each([
  ['a missing licence', 403, coded('PowerBINotLicensedException'), /Assign the workspace to a capacity/],
  ['a paused capacity', 403, coded('CapacityNotActive'), /Resume it/],
  ['an overloaded capacity', 403, coded('CapacityLimitExceeded'), /Scale it up/],
  ['a used-up quota', 403, {}, /number of embed tokens is limited/],
  ['an insufficient role', 403, coded('PowerBINotAuthorizedException'), /to embed: Member/],
  ['a deleted item', 404, coded('PowerBIEntityNotFound'), /Check the ids/],
])('%s gets an answer with what to do, no retry, and an audit line', async (_, status, body, hint) => {
  const app = startEmbedApp(scenario, [embedGrant()]);
  const isGenerateToken = ({ method }: { method: string }): boolean => method === 'POST';
  scenario.powerBi.failWith({ kind: 'status', status, body }, { match: isGenerateToken });

  const answer = await app.visit(REPORT, { headers: await bearer(scenario, ADA) });

  expect([answer.status, answer.body]).toEqual([
    502,
    expect.objectContaining({
      code: 'powerbi_rejected',
      hint: expect.stringMatching(hint),
      upstream: expect.objectContaining({ service: 'power-bi', status }),
    }),
  ]);
  expect(scenario.powerBi.requests.filter(isGenerateToken)).toHaveLength(1);
  expect(app.log.at(-1)).toMatchObject({ event: 'embed.refused', code: 'powerbi_rejected', upstream_status: status });
});

test('the answer to throttling has the Retry-After of Power BI, and Power BI is not called before it', async () => {
  const app = startEmbedApp(scenario, [embedGrant()]);
  scenario.powerBi.failWith(
    { kind: 'throttled', retryAfterSeconds: 3_392 },
    { match: ({ method }) => method === 'POST' },
  );
  const headers = await bearer(scenario, ADA);

  const answers = [await app.visit(REPORT, { headers }), await app.visit(REPORT, { headers })];

  expect(answers.map(({ status, body }) => [status, body['code']])).toEqual(
    Array(2).fill([503, 'upstream_unavailable']),
  );
  expect(Number(answers[1]?.headers.get('retry-after'))).toBeGreaterThan(3_300);
  expect(scenario.powerBi.requests.filter(({ method }) => method === 'POST')).toHaveLength(1);
});
