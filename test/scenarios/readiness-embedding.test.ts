import { randomUUID } from 'node:crypto';
import { resetAll } from '../support/asked-upstream.ts';
import { embedGrant } from '../support/embed.ts';
import { profilesFile, type ProfilesFile } from '../support/profiles-file.ts';
import { seed, startScenario } from '../support/scenario.ts';

const { workspace, app, users, tenantId } = seed;
const scenario = startScenario();
beforeEach(() => {
  resetAll(scenario);
});

type Shown = Record<'status' | 'output' | 'hint' | 'profile', unknown>;

async function powerBiChecks(file: ProfilesFile): Promise<{ http: number; checks: Shown[] }> {
  const { status, body } = await scenario.startApp({ files: profilesFile(file) }).readiness();
  const checks = (body['checks'] as Record<string, Shown[]>)['power-bi'] ?? [];
  return {
    http: status,
    checks: checks.map(({ status, output, hint, profile }) => ({ status, output, hint, profile })),
  };
}

const ACCEPTED = { status: 'pass', output: undefined, hint: undefined, profile: 'default' };
const granting = (...workspaces: string[]) => [embedGrant({ callers: [{ anyone: true }], workspaces })];

test('for a profile that may embed, its role in each granted workspace is read, and no token is created', async () => {
  const found = await powerBiChecks({ grants: granting(workspace.id) });

  expect(found).toEqual({
    http: 200,
    checks: [ACCEPTED, { ...ACCEPTED, output: `Workspace ${workspace.id}: the role Member is enough to embed.` }],
  });
  expect(scenario.powerBi.requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
    'GET /v1.0/myorg/groups',
    `GET /v1.0/myorg/groups/${workspace.id}/users`,
  ]);
});

test('a workspace in two grants is requested once, and one in only an audited grant is not requested', async () => {
  const audited = embedGrant({ callers: [{ anyone: true }], workspaces: [randomUUID()], mode: 'audit' });

  await powerBiChecks({ grants: [...granting(workspace.id), ...granting(workspace.id.toUpperCase()), audited] });

  expect(scenario.powerBi.requests).toHaveLength(2);
});

test('the workspaces of a profile without a grant with embed are not requested', async () => {
  const grants = [{ callers: [{ anyone: true as const }], profiles: ['default'], actions: ['token' as const] }];

  expect((await powerBiChecks({ grants })).checks).toEqual([ACCEPTED]);
});

test('the role Viewer fails: it can read, but not create embed tokens', async () => {
  const { id } = scenario.powerBi.addWorkspace({ members: [app.objectId], viewers: [app.objectId] });

  expect(await powerBiChecks({ grants: granting(id) })).toEqual({
    http: 503,
    checks: [
      ACCEPTED,
      {
        status: 'fail',
        output: `Workspace ${id}: the role Viewer is not enough to embed.`,
        hint: expect.stringContaining('the role Member'),
        profile: 'default',
      },
    ],
  });
});

test('a granted workspace that the account cannot see fails with where to give it a role', async () => {
  const { id } = scenario.powerBi.addWorkspace({ members: [users.grace.oid] });

  expect(await powerBiChecks({ grants: granting(id) })).toEqual({
    http: 503,
    checks: [
      ACCEPTED,
      {
        status: 'fail',
        output: `Workspace ${id}: Power BI rejected the request (PowerBINotAuthorizedException).`,
        hint: expect.stringContaining('Then give the service principal a role in the workspace'),
        profile: 'default',
      },
    ],
  });
});

test('an outage of Power BI between the two questions is a warning', async () => {
  scenario.powerBi.failWith({ kind: 'status', status: 503 }, { match: ({ path }) => path.endsWith('/users') });

  expect(await powerBiChecks({ grants: granting(workspace.id) })).toEqual({
    http: 200,
    checks: [
      ACCEPTED,
      {
        status: 'warn',
        output: `Workspace ${workspace.id}: Power BI is not available (HTTP 503).`,
        hint: expect.any(String),
        profile: 'default',
      },
    ],
  });
});

test.each([
  ['a role through a group', { value: [] }, 'pass', /role comes from a group/],
  ['an answer that is not a list', { members: 1 }, 'warn', /returned a list that cannot be read/],
])('%s is reported', async (_, body, status, output) => {
  scenario.powerBi.failWith({ kind: 'status', status: 200, body }, { match: ({ path }) => path.endsWith('/users') });

  const { checks } = await powerBiChecks({ grants: granting(workspace.id) });

  expect(checks[1]).toMatchObject({ status, output: expect.stringMatching(output) });
});

test('a service principal profile is found by its own id, and a master user by name', async () => {
  const powerBiProfileId = randomUUID();
  const own = {
    grant: 'client_credentials' as const,
    tenantId,
    clientId: app.clientId,
    credential: { secret: app.secretName },
  };
  const { id } = scenario.powerBi.addWorkspace({
    members: [powerBiProfileId, app.objectId, users.ada.oid],
    viewers: [app.objectId],
  });
  const member = { identifier: app.objectId, principalType: 'App', profile: { id: powerBiProfileId } };
  const listed = [
    { identifier: app.objectId, principalType: 'App', groupUserAccessRight: 'Viewer' },
    { ...member, groupUserAccessRight: 'Contributor' },
    { identifier: users.ada.upn.toUpperCase(), principalType: 'User', groupUserAccessRight: 'Admin' },
  ];
  scenario.powerBi.failWith(
    { kind: 'status', status: 200, body: { value: listed } },
    { match: ({ path }) => path.endsWith('/users') },
  );
  const { checks } = await powerBiChecks({
    profiles: {
      customer: { ...own, powerBiProfileId },
      master: {
        ...own,
        grant: 'password',
        clientId: seed.personApp.clientId,
        credential: { secret: seed.personApp.secretName },
        username: users.ada.upn,
        password: { secret: users.ada.passwordSecretName },
      },
    },
    grants: [
      embedGrant({ callers: [{ anyone: true }], profiles: ['default', 'customer', 'master'], workspaces: [id] }),
    ],
  });

  const roles = checks.flatMap(({ profile, output }) => (output === undefined ? [] : [[profile, output]]));
  expect(roles).toEqual([
    ['default', `Workspace ${id}: the role Viewer is not enough to embed.`],
    ['customer', `Workspace ${id}: the role Contributor is enough to embed.`],
    ['master', `Workspace ${id}: the role Admin is enough to embed.`],
  ]);
});

test('a token that Power BI refuses is replaced once, and the check goes on with the new one', async () => {
  scenario.powerBi.failWith({ kind: 'status', status: 403, body: { error: { code: 'TokenExpired' } } }, { times: 1 });

  expect((await powerBiChecks({ grants: granting(workspace.id) })).http).toBe(200);
  expect(scenario.powerBi.requests.map(({ status }) => status)).toEqual([403, 200, 200]);
});
