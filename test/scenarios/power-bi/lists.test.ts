import type { GrantInput } from '../../../src/config/profiles/grants-schema.ts';
import { createBrowser } from '../../support/browser.ts';
import { peopleProfile, startPeopleApp } from '../../support/people.ts';
import { profilesFile } from '../../support/profiles-file.ts';
import { seed, startScenario, type TestAnswer, type TestApp } from '../../support/scenario.ts';

const { workspace, app: registration, users } = seed;
const OTHER = 'c6342581-18e6-47ff-95b3-ac2beef5a618';
const SCRIPT = { 'x-requested-with': 'fetch' };

const scenario = startScenario();
beforeAll(() => {
  scenario.powerBi.addWorkspace({ id: OTHER, name: 'Finance', members: [registration.objectId] });
});
beforeEach(() => {
  scenario.powerBi.reset();
});

const start = (...grants: readonly Partial<GrantInput>[]): TestApp =>
  scenario.startApp({
    files: profilesFile({
      grants: grants.map((members) => ({
        callers: [{ anyone: true }],
        profiles: ['default'],
        actions: ['workspaces'],
        ...members,
      })),
    }),
  });

function namesOf({ body }: TestAnswer): unknown {
  return (body['value'] as { name: string }[]).map(({ name }) => name);
}

/** The requests to Power BI, in order. */
const asked = (): string[] =>
  scenario.powerBi.requests.map(({ path, query }) => `${path.replace('/v1.0/myorg', '')}?${query.toString()}`);

describe('workspaces', () => {
  test('a grant without a limit lists all that the profile can see, as Power BI lists them', async () => {
    const app = start({});

    const { status, body } = await app.visit('/api/workspaces');

    expect([status, body]).toEqual([
      200,
      {
        '@odata.context': `${scenario.powerBi.url}/v1.0/myorg/$metadata#groups`,
        value: [
          {
            id: workspace.id,
            isReadOnly: false,
            isOnDedicatedCapacity: true,
            type: 'Workspace',
            name: 'Sales and payroll',
          },
          { id: OTHER, isReadOnly: false, isOnDedicatedCapacity: true, type: 'Workspace', name: 'Finance' },
        ],
      },
    ]);
    expect(app.log).toEqual([
      expect.objectContaining({ event: 'workspaces.issued', profile: 'default', grant: 'grants.0', cache: 'minted' }),
    ]);
  });

  test.each<[string, Partial<GrantInput>[], string[]]>([
    ['one workspace', [{ workspaces: [OTHER] }], ['Finance']],
    ['a workspace in capital letters', [{ workspaces: [OTHER.toUpperCase()] }], ['Finance']],
    ['a workspace that the profile cannot see', [{ workspaces: [users.ada.oid] }], []],
    [
      'one workspace each, in two grants',
      [{ workspaces: [OTHER] }, { workspaces: [workspace.id] }],
      ['Sales and payroll', 'Finance'],
    ],
    ['one workspace, beside a grant without a limit', [{ workspaces: [OTHER] }, {}], ['Sales and payroll', 'Finance']],
    [
      'one workspace, beside a grant of reports in another',
      [{ workspaces: [OTHER] }, { workspaces: [workspace.id], actions: ['reports'] }],
      ['Finance'],
    ],
    [
      'one workspace, beside a grant in audit mode of another',
      [{ workspaces: [OTHER] }, { workspaces: [workspace.id], mode: 'audit' }],
      ['Finance'],
    ],
  ])('a caller gets only workspaces that its grants name: %s', async (_what, grants, names) => {
    expect(namesOf(await start(...grants).visit('/api/workspaces/default'))).toEqual(names);
  });

  test.each<[string, unknown]>([
    ['no object', [{ id: workspace.id, name: 'Sales and payroll' }]],
    ['an object without a list', { value: { id: workspace.id } }],
  ])('an answer that is %s is not returned to a caller with a limit', async (_what, body) => {
    scenario.powerBi.failWith({ kind: 'status', status: 200, body });

    const answer = await start({ workspaces: [OTHER] }).visit('/api/workspaces');

    expect([answer.status, answer.body['code'], answer.body['detail']]).toEqual([
      503,
      'upstream_unavailable',
      'Power BI returned a list that cannot be read.',
    ]);
    expect(answer.text).not.toContain(workspace.id);
  });

  test('an entry without an id is hidden from a caller with a limit', async () => {
    const value = [{ name: 'no id' }, { id: 7, name: 'a number' }, null, { id: OTHER.toUpperCase(), name: 'Finance' }];
    scenario.powerBi.failWith({ kind: 'status', status: 200, body: { value } });

    expect(namesOf(await start({ workspaces: [OTHER] }).visit('/api/workspaces'))).toEqual(['Finance']);
  });

  test('without a grant of workspaces the list is forbidden, and Power BI is not asked', async () => {
    const { status, body } = await start({ actions: ['reports', 'datasets', 'token'] }).visit('/api/workspaces');

    expect([status, body['code']]).toEqual([403, 'forbidden']);
    expect(asked()).toEqual([]);
  });
});

describe('reports', () => {
  test('a service principal gets the reports of a workspace as Power BI lists them', async () => {
    const app = start({ actions: ['reports'], workspaces: [workspace.id] });

    const answer = await app.visit(`/api/reports?workspace=${workspace.id.toUpperCase()}`);

    expect([answer.status, namesOf(answer)]).toEqual([200, ['Sales', 'Payroll', 'Invoices']]);
    expect(asked()).toEqual([`/groups/${workspace.id}/reports?`]);
    expect(app.log).toEqual([expect.objectContaining({ event: 'reports.issued', grant: 'grants.0' })]);
  });

  test.each([
    [
      'another workspace',
      `?workspace=${OTHER}`,
      'grant "grants.0": the request is not within "workspaces" of the grant',
    ],
    ['no workspace', '', 'grant "grants.0": the grant names workspaces, and the request has no ?workspace=ID'],
  ])('a limit to one workspace forbids a request for %s, and Power BI is not asked', async (_what, query, reason) => {
    for (const action of ['reports', 'datasets'] as const) {
      const app = start({ actions: [action], workspaces: [workspace.id] });

      const { status, body } = await app.visit(`/api/${action}${query}`);

      expect([status, body['code'], app.log.at(-1)?.['reason']]).toEqual([403, 'forbidden', reason]);
    }
    expect(asked()).toEqual([]);
  });
});

describe('paging', () => {
  test('only $top, $skip and $filter are passed on', async () => {
    const query = `?$top=1&$skip=1&$filter=${encodeURIComponent("name eq 'A&B=C'")}&$expand=users&$orderby=name`;
    const answer = await start({}).visit(`/api/workspaces${query}`);

    expect(namesOf(answer)).toEqual(['Finance']);
    expect(scenario.powerBi.requests.map(({ query: passed }) => Object.fromEntries(passed))).toEqual([
      { $top: '1', $skip: '1', $filter: "name eq 'A&B=C'" },
    ]);
  });

  test('a value that Power BI refuses is refused with its own code', async () => {
    const { status, body } = await start({}).visit('/api/workspaces?$top=0');

    expect([status, body['code'], body['upstream']]).toEqual([
      502,
      'powerbi_rejected',
      { service: 'power-bi', status: 400, code: 'InvalidRequest', correlation_id: expect.any(String) },
    ]);
  });

  test.each(['?$top=', '?$top=1&$top=2'])('%s is refused, and Power BI is not asked', async (query) => {
    const { status, body } = await start({}).visit(`/api/workspaces${query}`);

    expect([status, body['code'], body['detail']]).toEqual([
      400,
      'invalid_request',
      'The parameter $top is empty or given more than once.',
    ]);
    expect(asked()).toEqual([]);
  });
});

describe('a sign-in profile', () => {
  test('lists what the signed-in person can see, without a grant', async () => {
    const app = startPeopleApp(scenario);
    const browser = createBrowser(scenario.clock);
    await browser.signIn(app);

    const workspaces = await browser.visit(app, '/api/workspaces/people', SCRIPT);
    const reports = await browser.visit(app, `/api/reports/people?workspace=${workspace.id}`, SCRIPT);

    expect([namesOf(workspaces), namesOf(reports)]).toEqual([['Sales and payroll'], ['Sales', 'Payroll', 'Invoices']]);
    expect(app.log.slice(1).map(({ event, caller, grant }) => [event, caller, grant])).toEqual(
      ['workspaces.issued', 'reports.issued'].map((event) => [event, `${seed.tenantId}/${users.ada.oid}`, undefined]),
    );
  });

  test('refuses a list without the session or without the header, whatever the grants say', async () => {
    const grants = [{ callers: [{ anyone: true }], profiles: ['people'], actions: ['workspaces', 'reports'] }];
    const app = startPeopleApp(scenario, { profiles: { people: peopleProfile }, grants });
    const browser = createBrowser(scenario.clock);

    const strangers = [
      await browser.visit(app, '/api/workspaces/people', SCRIPT),
      await browser.visit(app, '/api/reports/people', SCRIPT),
    ];
    await browser.signIn(app);
    const fromAnotherPage = await browser.visit(app, '/api/workspaces/people');

    expect([...strangers, fromAnotherPage].map(({ status, body }) => [status, body['code']])).toEqual(
      Array(3).fill([401, 'unauthorized']),
    );
    expect(asked()).toEqual([]);
  });
});
