import fc from 'fast-check';
import { embedGrant, startEmbedApp } from '../support/embed.ts';
import { ADA, bearer } from '../support/entra-callers.ts';
import { seed, startScenario, type TestAnswer } from '../support/scenario.ts';

const { workspace } = seed;
const scenario = startScenario();

interface Person {
  readonly oid: string;
  readonly sub: string;
  readonly roles: readonly string[];
}

const ROLE_OF = { 'Sales.Read': 'Employee', 'Sales.Lead': 'Manager' } as const;
const guid = (digit: number): string => `${String(digit).repeat(8)}-0000-4000-8000-000000000000`;

/** Few ids and names, so that people often differ in only one claim. */
const somePerson: fc.Arbitrary<Person> = fc.record({
  oid: fc.integer({ min: 1, max: 3 }).map(guid),
  sub: fc.constantFrom('north', 'south', 'North'),
  roles: fc.subarray(['Sales.Read', 'Sales.Lead', 'Other'], { minLength: 1 }),
});
const someRequest = fc.record({
  person: somePerson,
  report: fc.constantFrom(workspace.payrollReportId, workspace.salesReportId),
  access: fc.constantFrom('View', 'Edit'),
  /** Whether the next request is sent before the answer to this one. */
  overlaps: fc.boolean(),
});
type Request = typeof someRequest extends fc.Arbitrary<infer T> ? T : never;

const grant = embedGrant({
  callers: [{ scp: 'access_as_user' }],
  accessLevel: 'Edit',
  identity: {
    username: { claim: 'oid' },
    roles: { claim: 'roles', map: { ...ROLE_OF } },
    customData: { claim: 'sub' },
  },
});

/** The identity that Power BI must get, from only this person's claims; undefined if the person may not see the report. */
function expectedOf({ person, report }: Request): unknown {
  if (report === workspace.salesReportId) return [];
  const roles = Object.entries(ROLE_OF).flatMap(([role, mapped]) => (person.roles.includes(role) ? [mapped] : []));
  if (roles.length === 0) return undefined;
  return [{ username: person.oid, roles, customData: person.sub, datasets: [workspace.payrollDatasetId] }];
}

function shownBy({ status, body }: TestAnswer): unknown {
  if (status !== 200) return undefined;
  const { identities } = scenario.powerBi.readEmbedToken(
    (body['embed'] as { accessToken: string }).accessToken,
  ).request;
  return identities.map(({ username, roles, customData, datasets }) => ({ username, roles, customData, datasets }));
}

async function ask(app: ReturnType<typeof startEmbedApp>, { person, report, access }: Request): Promise<TestAnswer> {
  const headers = await bearer(scenario, { ...ADA, roles: person.roles, claims: { ...person } });
  return app.visit(`/api/embed/${workspace.id}/${report}?access=${access}`, { headers });
}

test('in any order of requests, an embed token has the identity of its caller, and of no other person', async () => {
  let refused = 0;
  let shown = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(someRequest, { minLength: 2, maxLength: 12 }), async (requests) => {
      const app = startEmbedApp(scenario, [grant]);
      const answers: Promise<TestAnswer>[] = [];
      for (const request of requests) {
        const answer = ask(app, request);
        answers.push(answer);
        if (!request.overlaps) await answer;
      }
      const found = (await Promise.all(answers)).map(shownBy);
      expect(found).toEqual(requests.map(expectedOf));
      refused += found.filter((identities) => identities === undefined).length;
      shown += found.filter((identities) => Array.isArray(identities) && identities.length > 0).length;
    }),
    { numRuns: 40 },
  );
  // The premise: both outcomes occurred.
  expect([refused > 0, shown > 0]).toEqual([true, true]);
});
