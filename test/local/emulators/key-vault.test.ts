import { seed } from '../../../local/emulators/emulators.ts';
import type { Emulators } from '../../../local/emulators/emulators.ts';
import { identityToken, readJson } from './azure-clients.ts';
import type { JsonAnswer } from './azure-clients.ts';
import { startTrustedEmulators } from './trust-emulators.ts';

const startMs = Date.parse('2026-11-22T10:00:00Z');
let nowMs = startMs;
let emulators: Emulators;
let vaultToken: string;

beforeAll(async () => {
  emulators = await startTrustedEmulators({ nowMs: () => nowMs });
  vaultToken = await identityToken(emulators, 'https://vault.azure.net');
});

afterAll(() => emulators.close());

afterEach(() => {
  nowMs = startMs;
});

async function get(
  path: string,
  token: string | undefined = vaultToken,
  query = 'api-version=2026-04-01',
): Promise<JsonAnswer> {
  const headers = token === '' ? {} : { authorization: `Bearer ${token}` };
  return await readJson(await fetch(`${emulators.keyVault.url}${path}?${query}`, { headers }));
}

function errorOf({ status, body }: JsonAnswer): readonly unknown[] {
  const { code, innererror } = body['error'] as { code: string; innererror?: { code: string } };
  return innererror === undefined ? [status, code] : [status, code, innererror.code];
}

test('a secret has its id, its version and epoch-second attributes', async () => {
  const version = emulators.keyVault.setSecret('dated', 'value', {
    expiresOn: new Date('2027-01-01T00:00:00Z'),
    notBefore: new Date('2026-01-01T00:00:00Z'),
    contentType: 'text/plain',
  });
  const { status, headers, body } = await get('/secrets/dated');
  expect(status).toBe(200);
  expect(headers.get('x-ms-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  expect(body).toEqual({
    value: 'value',
    contentType: 'text/plain',
    id: `${emulators.keyVault.url}/secrets/dated/${version}`,
    attributes: {
      enabled: true,
      nbf: 1_767_225_600,
      exp: 1_798_761_600,
      created: startMs / 1000,
      updated: startMs / 1000,
      recoveryLevel: 'Recoverable+Purgeable',
      recoverableDays: 90,
    },
  });
});

test('a secret past its expiry is returned', async () => {
  emulators.keyVault.setSecret('past', 'still here', { expiresOn: new Date('2020-01-01T00:00:00Z') });
  expect((await get('/secrets/past')).body['value']).toBe('still here');
});

test('a name in any case means its newest version, and older versions stay readable', async () => {
  const older = emulators.keyVault.setSecret('rotated', 'old');
  nowMs += 1000;
  emulators.keyVault.setSecret('rotated', 'new');
  emulators.keyVault.setSecret('rotated', 'from long ago', { createdOn: new Date('2020-01-01T00:00:00Z') });
  expect((await get('/secrets/ROTATED/')).body['value']).toBe('new');
  expect((await get(`/secrets/rotated/${older}`)).body['value']).toBe('old');
});

test('versions are listed page by page, without values', async () => {
  const versions = [1, 2, 3].map((count) => {
    nowMs += 1000;
    return emulators.keyVault.setSecret('paged', `value ${count}`);
  });
  const first = await get('/secrets/paged/versions', vaultToken, 'api-version=2026-04-01&maxresults=2');
  const nextLink = String(first.body['nextLink']);
  const second = await readJson(await fetch(nextLink, { headers: { authorization: `Bearer ${vaultToken}` } }));
  const items = [first, second].flatMap(({ body }) => body['value'] as Record<string, unknown>[]);
  expect(items.map(({ id }) => String(id).split('/').at(-1))).toEqual(versions.toReversed());
  expect(items.every((item) => !('value' in item))).toBe(true);
  expect(second.body['nextLink']).toBeNull();
});

test('without a token the challenge names authority and resource', async () => {
  const answer = await get(`/secrets/${seed.app.secretName}`, '');
  expect(errorOf(answer)).toEqual([401, 'Unauthorized']);
  expect(answer.headers.get('www-authenticate')).toBe(
    `Bearer authorization="${emulators.entra.url}/${seed.tenantId}", resource="https://vault.azure.net"`,
  );
});

test('a token for another resource, an expired one and a foreign one are challenged', async () => {
  const forGraph = await identityToken(emulators, 'https://graph.microsoft.com');
  const foreign = await emulators.entra.issueCallerToken({
    tenantId: seed.tenantId,
    audience: 'https://vault.azure.net',
    signedBy: 'impostor',
  });
  const otherTenant = await emulators.entra.issueCallerToken({
    tenantId: seed.tenantId,
    audience: 'https://vault.azure.net',
    claims: { tid: 'another' },
  });
  for (const token of [forGraph, foreign, otherTenant, 'no token']) {
    const answer = await get(`/secrets/${seed.app.secretName}`, token);
    expect(errorOf(answer)).toEqual([401, 'Unauthorized']);
    expect(answer.headers.get('www-authenticate')).toContain('error="invalid_token"');
  }
  nowMs += 2 * 86_400_000;
  expect(errorOf(await get(`/secrets/${seed.app.secretName}`))).toEqual([401, 'Unauthorized']);
});

test('an identity without a role assignment gets the RBAC error', async () => {
  const { principalId } = seed.systemAssignedIdentity;
  emulators.keyVault.deny(principalId);
  const denied = await get(`/secrets/${seed.app.secretName}`);
  emulators.keyVault.allow(principalId, ['keys']);
  const wrongArea = await get(`/secrets/${seed.app.secretName}`);
  emulators.keyVault.allow(principalId);
  const allowed = await get(`/secrets/${seed.app.secretName}`);
  expect(errorOf(denied)).toEqual([403, 'Forbidden', 'ForbiddenByRbac']);
  expect(errorOf(wrongArea)).toEqual([403, 'Forbidden', 'ForbiddenByRbac']);
  expect(allowed.status).toBe(200);
});

test('a vault behind its firewall refuses every caller', async () => {
  emulators.keyVault.blockedBy = 'firewall';
  const answer = await get(`/secrets/${seed.app.secretName}`);
  emulators.keyVault.blockedBy = undefined;
  expect(errorOf(answer)).toEqual([403, 'Forbidden', 'ForbiddenByFirewall']);
});

test('a missing, a deleted and a disabled secret have different errors', async () => {
  emulators.keyVault.setSecret('deleted', 'value');
  emulators.keyVault.deleteSecret('deleted');
  const version = emulators.keyVault.setSecret('disabled', 'value');
  emulators.keyVault.disableSecret('disabled', version);
  expect(errorOf(await get('/secrets/missing'))).toEqual([404, 'SecretNotFound']);
  expect(errorOf(await get('/secrets/deleted'))).toEqual([404, 'SecretNotFound']);
  expect(errorOf(await get(`/secrets/${seed.app.secretName}/${'0'.repeat(32)}`))).toEqual([404, 'SecretNotFound']);
  expect(errorOf(await get('/secrets/disabled'))).toEqual([403, 'Forbidden', 'SecretDisabled']);
  emulators.keyVault.enableSecret('disabled');
  expect((await get('/secrets/disabled')).status).toBe(200);
});

test('a request without api-version, with a bad name or a bad page size is a bad parameter', async () => {
  expect(errorOf(await get(`/secrets/${seed.app.secretName}`, vaultToken, ''))).toEqual([400, 'BadParameter']);
  expect(errorOf(await get('/secrets/under_score'))).toEqual([400, 'BadParameter']);
  expect(errorOf(await get('/secrets/a/versions', vaultToken, 'api-version=1&maxresults=99'))).toEqual([
    400,
    'BadParameter',
  ]);
});

test('an unknown request is a 501', async () => {
  const response = await fetch(`${emulators.keyVault.url}/storage/x?api-version=1`);
  expect([response.status, await response.text()]).toEqual([501, 'This stand-in does not know GET /storage/x.']);
});
