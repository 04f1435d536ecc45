import { seed } from '../../../local/emulators/emulators.ts';
import type { Emulators } from '../../../local/emulators/emulators.ts';
import { app, identityToken, personApp, postToken, powerBiResource, powerBiScope, readJson } from './azure-clients.ts';
import type { JsonAnswer } from './azure-clients.ts';
import { startTrustedEmulators } from './trust-emulators.ts';

const { workspace, users } = seed;
const startMs = Date.parse('2026-11-22T10:00:00Z');
let nowMs = startMs;
let emulators: Emulators;
let appToken: string;
let personToken: string;

beforeAll(async () => {
  emulators = await startTrustedEmulators({ nowMs: () => nowMs });
  const forApp = await postToken(emulators, { grant_type: 'client_credentials', ...app, scope: powerBiScope });
  appToken = String(forApp.body['access_token']);
  const { upn: username, password } = users.ada;
  const forPerson = { grant_type: 'password', ...personApp, scope: powerBiScope, username, password };
  personToken = String((await postToken(emulators, forPerson)).body['access_token']);
});

afterAll(() => emulators.close());

afterEach(() => {
  nowMs = startMs;
  emulators.powerBi.allowServicePrincipals = true;
});

async function get(path: string, token = appToken): Promise<JsonAnswer> {
  const headers = { authorization: `Bearer ${token}` };
  return await readJson(await fetch(`${emulators.powerBi.url}/v1.0/myorg/${path}`, { headers }));
}

function idsOf({ body }: JsonAnswer): readonly unknown[] {
  return (body['value'] as { id: unknown }[]).map(({ id }) => id);
}

function codeOf({ status, body }: JsonAnswer): readonly unknown[] {
  return [status, (body['error'] as { code: string } | undefined)?.code];
}

describe('reading', () => {
  test('a service principal lists its workspaces, their datasets and their reports', async () => {
    const groups = await get('groups?$top=1');
    expect(groups.headers.get('requestid')).toMatch(/^[0-9a-f-]{36}$/);
    expect(idsOf(groups)).toEqual([workspace.id]);
    expect(idsOf(await get(`groups/${workspace.id}/datasets`))).toEqual([
      workspace.salesDatasetId,
      workspace.payrollDatasetId,
    ]);
    expect(idsOf(await get(`groups/${workspace.id}/reports`))).toEqual([
      workspace.salesReportId,
      workspace.payrollReportId,
      workspace.invoiceReportId,
    ]);
  });

  test('a report names its dataset and where to embed it from', async () => {
    const { body } = await get(`groups/${workspace.id}/reports/${workspace.salesReportId}`);
    expect(body).toMatchObject({
      id: workspace.salesReportId,
      datasetId: workspace.salesDatasetId,
      embedUrl: `${emulators.powerBi.url}/reportEmbed?reportId=${workspace.salesReportId}&groupId=${workspace.id}`,
    });
  });

  test('a dataset says whether an embed token for it needs an identity and roles', async () => {
    const { body } = await get(`groups/${workspace.id}/datasets`);
    expect(body['value']).toMatchObject([
      { isEffectiveIdentityRequired: false, isEffectiveIdentityRolesRequired: false },
      { isEffectiveIdentityRequired: true, isEffectiveIdentityRolesRequired: true },
    ]);
  });

  test('My workspace is for people: a service principal gets an error', async () => {
    const ofPerson = await get('datasets', personToken);
    const ofApp = await get('datasets');
    const reportOfApp = await get(`reports/${workspace.salesReportId}`);
    const reportOfPerson = await get(`reports/${workspace.salesReportId}`, personToken);
    expect(ofPerson.body['value']).toMatchObject([{ name: "Ada's own figures" }]);
    expect([ofApp.status, ofApp.body]).toEqual([403, { Message: 'API is not accessible for application' }]);
    expect([reportOfApp.status, reportOfPerson.status]).toEqual([403, 200]);
  });

  test('a managed identity counts as a service principal', async () => {
    expect(idsOf(await get('groups', await identityToken(emulators, powerBiResource)))).toEqual([workspace.id]);
  });

  test('a page size that is out of range is refused', async () => {
    expect(codeOf(await get('groups?$top=0'))).toEqual([400, 'InvalidRequest']);
  });

  test('an unknown report is not found', async () => {
    expect(codeOf(await get(`groups/${workspace.id}/reports/unknown`))).toEqual([404, 'PowerBIEntityNotFound']);
    expect(codeOf(await get('reports/unknown', personToken))).toEqual([404, 'PowerBIEntityNotFound']);
  });

  test('an unknown request is a 501', async () => {
    const headers = { authorization: `Bearer ${appToken}` };
    const response = await fetch(`${emulators.powerBi.url}/v1.0/myorg/gateways`, { headers });
    expect([response.status, await response.text()]).toEqual([
      501,
      'This stand-in does not know GET /v1.0/myorg/gateways.',
    ]);
  });
});

describe('refusing', () => {
  test('an expired token is a 403 TokenExpired', async () => {
    nowMs += 3599_000;
    expect(codeOf(await get('groups'))).toEqual([403, 'TokenExpired']);
  });

  test('no token, one for another resource and a forged one are an empty 401', async () => {
    const forVault = await identityToken(emulators, 'https://vault.azure.net');
    const forged = await emulators.entra.issueCallerToken({
      tenantId: seed.tenantId,
      audience: powerBiResource,
      signedBy: 'impostor',
    });
    for (const token of ['', forVault, forged]) {
      const { status, headers, body } = await get('groups', token);
      expect([status, headers.get('www-authenticate'), body]).toEqual([401, 'Bearer error="invalid_token"', {}]);
    }
  });

  test('with the tenant setting off, service principals are refused and people are not', async () => {
    emulators.powerBi.allowServicePrincipals = false;
    expect(codeOf(await get('groups'))).toEqual([401, 'PowerBINotAuthorizedException']);
    expect((await get('groups', personToken)).status).toBe(200);
  });

  test('a workspace without the caller is neither listed nor readable', async () => {
    const other = emulators.powerBi.addWorkspace({ members: [] });
    expect(codeOf(await get(`groups/${other.id}/datasets`))).toEqual([401, 'PowerBINotAuthorizedException']);
    expect(idsOf(await get('groups'))).toEqual([workspace.id]);
    emulators.powerBi.addMember(other.id, seed.app.objectId);
    expect(idsOf(await get('groups'))).toEqual([workspace.id, other.id]);
    emulators.powerBi.removeMember(other.id, seed.app.objectId);
    expect(idsOf(await get('groups'))).toEqual([workspace.id]);
  });
});

describe('GenerateToken', () => {
  const sales = { datasets: [{ id: workspace.salesDatasetId }], reports: [{ id: workspace.salesReportId }] };
  const payroll = { datasets: [{ id: workspace.payrollDatasetId }], reports: [{ id: workspace.payrollReportId }] };
  const identity = { username: 'ada', roles: ['Employee'], datasets: [workspace.payrollDatasetId] };

  async function post(body: unknown): Promise<JsonAnswer> {
    return await readJson(
      await fetch(`${emulators.powerBi.url}/v1.0/myorg/GenerateToken`, {
        method: 'POST',
        headers: { authorization: `Bearer ${appToken}`, 'content-type': 'application/json' },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }),
    );
  }

  test('an embed token expires with the Entra token that requested it', async () => {
    const { status, body } = await post({ ...sales, targetWorkspaces: [{ id: workspace.id }] });
    expect(status).toBe(200);
    expect(body).toMatchObject({ tokenId: expect.any(String) as unknown, expiration: '2026-11-22T10:59:59Z' });
    expect(emulators.powerBi.readEmbedToken(String(body['token']))).toMatchObject({
      tokenId: body['tokenId'],
      grantedTo: seed.app.objectId,
      expiresAtSeconds: startMs / 1000 + 3599,
      request: { reports: [{ id: workspace.salesReportId, allowEdit: false }] },
    });
  });

  test('lifetimeInMinutes shortens the lifetime and never lengthens it', async () => {
    const expirations = [10, 0, 600].map(
      async (lifetimeInMinutes) => (await post({ ...sales, lifetimeInMinutes })).body['expiration'],
    );
    expect(await Promise.all(expirations)).toEqual([
      '2026-11-22T10:10:00Z',
      '2026-11-22T10:59:59Z',
      '2026-11-22T10:59:59Z',
    ]);
  });

  test('a dataset with row-level security needs an identity with a role', async () => {
    expect((await post({ ...payroll, identities: [identity] })).status).toBe(200);
    const refusals = [
      payroll,
      { ...payroll, identities: [{ ...identity, roles: [] }] },
      { ...payroll, identities: [{ ...identity, datasets: [] }] },
    ];
    for (const refused of refusals) expect(codeOf(await post(refused))).toEqual([400, 'InvalidRequest']);
  });

  test.each<[string, unknown]>([
    [
      'an identity for a dataset without row-level security',
      { ...sales, identities: [{ ...identity, datasets: [workspace.salesDatasetId] }] },
    ],
    ['an identity for a dataset that is not in the request', { ...sales, identities: [identity] }],
    ['a username with a space', { ...payroll, identities: [{ ...identity, username: 'a b' }] }],
    ['a username of 257 characters', { ...payroll, identities: [{ ...identity, username: 'a'.repeat(257) }] }],
    ['no username', { ...payroll, identities: [{ ...identity, username: undefined }] }],
    ['a role with a comma', { ...payroll, identities: [{ ...identity, roles: ['a,b'] }] }],
    ['51 roles', { ...payroll, identities: [{ ...identity, roles: Array(51).fill('r') as string[] }] }],
    ['51 datasets', { datasets: Array(51).fill({ id: workspace.salesDatasetId }) as unknown[] }],
    ['nothing to embed', { targetWorkspaces: [{ id: workspace.id }] }],
    ['an id that is not a GUID', { reports: [{ id: 'sales' }] }],
    ['a negative lifetime', { ...sales, lifetimeInMinutes: -1 }],
    ['an unknown XMLA permission', { datasets: [{ id: workspace.salesDatasetId, xmlaPermissions: 'Write' }] }],
    ['a body that is not JSON', '{'],
  ])('%s is an invalid request', async (_, body) => {
    expect(codeOf(await post(body))).toEqual([400, 'InvalidRequest']);
  });

  test('an unknown report is not found, and one of a workspace without the caller is forbidden', async () => {
    const foreign = emulators.powerBi.addWorkspace({
      members: [],
      datasets: [{ name: 'Theirs' }],
    });
    const unknown = await post({ reports: [{ id: '00000000-0000-4000-8000-000000000000' }] });
    const forbidden = await post({ datasets: [{ id: foreign.datasets[0]?.id }] });
    const forbiddenTarget = await post({ ...sales, targetWorkspaces: [{ id: foreign.id }] });
    expect(codeOf(unknown)).toEqual([404, 'PowerBIEntityNotFound']);
    expect(codeOf(forbidden)).toEqual([403, 'PowerBINotAuthorizedException']);
    expect(codeOf(forbiddenTarget)).toEqual([403, 'PowerBINotAuthorizedException']);
  });
});
