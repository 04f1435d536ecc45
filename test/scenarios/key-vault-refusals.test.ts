import type { Fault } from '../../local/emulators/emulators.ts';
import { asked, countAsked, resetAll } from '../support/asked-upstream.ts';
import { seed, startScenario, type TestApp } from '../support/scenario.ts';

const scenario = startScenario();
beforeEach(() => {
  resetAll(scenario);
  scenario.keyVault.blockedBy = undefined;
  scenario.keyVault.setSecret(seed.app.secretName, seed.app.secret);
});

interface Refusal {
  readonly name: string;
  readonly arrange: (app: TestApp) => void;
  readonly why: string;
  readonly hint: string;
  readonly upstream: { readonly status: number; readonly code?: string };
}

const refuseWith = (status: number, body?: unknown) => () => {
  scenario.keyVault.failWith({ kind: 'status', status, ...(body === undefined ? {} : { body }) });
};

const REFUSALS: readonly Refusal[] = [
  {
    name: 'an identity without a role',
    arrange: (app) => {
      scenario.keyVault.deny(app.identityPrincipalId);
    },
    why: 'the identity of this function app has no role on the vault (HTTP 403)',
    hint: 'Assign the role "Key Vault Secrets User"',
    upstream: { status: 403, code: 'ForbiddenByRbac' },
  },
  {
    name: 'a firewall',
    arrange: () => {
      scenario.keyVault.blockedBy = 'firewall';
    },
    why: "the vault's firewall blocks this function app (HTTP 403)",
    hint: 'A function app is not a "trusted service"',
    upstream: { status: 403, code: 'ForbiddenByFirewall' },
  },
  {
    name: 'public access that is off',
    arrange: () => {
      scenario.keyVault.blockedBy = 'connection';
    },
    why: 'public access to the vault is off, and the request did not come through a private endpoint (HTTP 403)',
    hint: 'link the private DNS zone privatelink.vaultcore.azure.net',
    upstream: { status: 403, code: 'ForbiddenByConnection' },
  },
  {
    name: 'an access policy without permissions',
    arrange: refuseWith(403, { error: { code: 'Forbidden', message: 'No.', innererror: { code: 'AccessDenied' } } }),
    why: 'the vault uses access policies, but none gives this identity the permission (HTTP 403)',
    hint: 'switch the vault to Azure RBAC',
    upstream: { status: 403, code: 'AccessDenied' },
  },
  {
    name: 'a disabled secret',
    arrange: () => {
      scenario.keyVault.disableSecret(seed.app.secretName);
    },
    why: 'the newest version of the secret is disabled (HTTP 403)',
    hint: 'Enable it, or store a new version',
    upstream: { status: 403, code: 'SecretDisabled' },
  },
  {
    name: 'a deleted secret',
    arrange: () => {
      scenario.keyVault.deleteSecret(seed.app.secretName);
    },
    why: 'there is no such secret (HTTP 404)',
    hint: 'Check POWERBI_CLIENT_SECRET_NAME',
    upstream: { status: 404, code: 'SecretNotFound' },
  },
  {
    name: 'a 403 without a reason',
    arrange: refuseWith(403, { error: { code: 'Forbidden' } }),
    why: 'the identity of this function app may not read it (HTTP 403)',
    hint: 'Assign the role "Key Vault Secrets User"',
    upstream: { status: 403, code: 'Forbidden' },
  },
  {
    name: 'a 401 without a challenge',
    arrange: refuseWith(401, { error: { code: 'Unauthorized', message: 'AKV10032: Invalid issuer.' } }),
    why: "the vault does not accept the identity's token (HTTP 401)",
    hint: 'The vault and the identity must belong to the same tenant',
    upstream: { status: 401, code: 'Unauthorized' },
  },
  {
    name: 'a refusal with an unknown code',
    arrange: refuseWith(400, { error: { code: 'BadParameter', message: 'Something else.' } }),
    why: 'the vault refused (HTTP 400)',
    hint: 'AuditEvent',
    upstream: { status: 400, code: 'BadParameter' },
  },
  {
    name: 'a code that may repeat the request',
    arrange: refuseWith(400, { error: { code: seed.app.secret, message: seed.app.secret } }),
    why: 'the vault refused (HTTP 400)',
    hint: 'AuditEvent',
    upstream: { status: 400 },
  },
];

test.each(REFUSALS)('$name is a refusal with what to do', async ({ arrange, why, hint, upstream }) => {
  const app = scenario.startApp();
  arrange(app);
  const { status, headers, body } = await app.token();
  const detail = `Key Vault did not return the secret "powerbi-client-secret": ${why}.`;
  expect({ status, type: headers.get('Content-Type'), body }).toEqual({
    status: 502,
    type: 'application/problem+json',
    body: {
      type: 'urn:powerbi-token-function:error:secret_unavailable',
      title: 'Key Vault did not return the secret',
      status: 502,
      detail,
      code: 'secret_unavailable',
      hint: expect.stringContaining(hint),
      error: 'server_error',
      error_description: detail.replaceAll('"', "'"),
      upstream: expect.objectContaining({ service: 'key-vault', ...upstream }),
      request_id: expect.any(String),
    },
  });
  expect((body['upstream'] as Record<string, unknown>)['code']).toBe(upstream.code);
});

test.each<[name: string, fault: Fault, meaning: string, hint: string]>([
  ['an empty 403', { kind: 'status', status: 403 }, 'the answer does not have the format of this service', 'WAF'],
  [
    'a page',
    { kind: 'status', status: 403, body: '<html>' },
    'the answer does not have the format of this service',
    'firewall',
  ],
  [
    'a proxy',
    { kind: 'status', status: 407, body: '<html>' },
    'the answer does not have the format of this service',
    'A proxy',
  ],
  [
    'a 401 of a gateway',
    { kind: 'status', status: 401, body: '<html>' },
    'the answer does not have the format of this service',
    'A proxy',
  ],
  ['another address', { kind: 'status', status: 404, body: '<html>' }, 'this service has no such URL', 'KEY_VAULT_URI'],
  [
    'a redirect',
    { kind: 'status', status: 302, headers: { location: 'https://portal.contoso.com/login?token=x' } },
    'it moved to https://portal.contoso.com',
    'KEY_VAULT_URI',
  ],
])(
  '%s in front of the vault is a refusal that its status explains, without a retry',
  async (_, fault, meaning, hint) => {
    scenario.keyVault.failWith(fault);
    const { status, body } = await scenario.startApp().token();
    const answered = (fault as { status: number }).status;
    expect([status, body['code'], body['detail'], body['hint']]).toEqual([
      502,
      'secret_unavailable',
      `Key Vault refused (HTTP ${answered}): ${meaning}.`,
      expect.stringContaining(hint),
    ]);
    expect(scenario.keyVault.requests).toHaveLength(1);
  },
);

test('an empty secret is refused as such, and never sent', async () => {
  scenario.keyVault.setSecret(seed.app.secretName, '');
  const { status, body } = await scenario.startApp().token();
  expect({ status, code: body['code'], detail: body['detail'] }).toEqual({
    status: 502,
    code: 'secret_unavailable',
    detail: 'The secret "powerbi-client-secret" in Key Vault is empty.',
  });
  expect(scenario.entra.requests).toEqual([]);
});

test('a vault that refuses gets one request for a thousand callers, and another after some seconds', async () => {
  const app = scenario.startApp();
  scenario.keyVault.deny(app.identityPrincipalId);
  const answers = await Promise.all(Array.from({ length: 1000 }, () => app.token()));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([502]));
  expect(countAsked(scenario)).toEqual(asked({ identityTokens: 1, vaultChallenges: 1, secretReads: 1 }));

  scenario.keyVault.allow(app.identityPrincipalId);
  scenario.clock.advance(11_000);
  expect((await app.token()).status).toBe(200);
});

test('an answer of the vault that is not a secret is an outage', async () => {
  scenario.keyVault.failWith({ kind: 'status', status: 200, body: { welcome: 'to this network' } }, { times: 20 });
  const { status, body } = await scenario.startApp().token();
  expect({ status, code: body['code'], detail: body['detail'] }).toEqual({
    status: 503,
    code: 'upstream_unavailable',
    detail: 'Key Vault returned an answer that cannot be read.',
  });
});

const secretId = 'https://localhost/secrets/powerbi-client-secret/v1';
const challenge = (parameters: string): Fault => ({
  kind: 'status',
  status: 401,
  headers: { 'www-authenticate': `Bearer ${parameters}` },
  body: {},
});

test.each<[what: string, fault: Fault]>([
  ['a number for a value', { kind: 'status', status: 200, body: { id: secretId, value: 123, attributes: {} } }],
  ['an object for a value', { kind: 'status', status: 200, body: { id: secretId, value: {}, attributes: {} } }],
  [
    'an id without a name',
    { kind: 'status', status: 200, body: { id: 'https://localhost/', value: 'x', attributes: {} } },
  ],
  ['a list', { kind: 'status', status: 200, body: { value: [] } }],
  ['a challenge with a malformed authority', challenge('authorization="nonsense", resource="https://vault.azure.net"')],
])(
  'a malformed answer of the vault, with %s, is an outage: the request is repeated, and the error is not internal',
  async (_, fault) => {
    scenario.keyVault.failWith(fault);
    const app = scenario.startApp();
    const { status, body } = await app.token();
    expect([status, body['code'], body['upstream'], app.log.map(({ event }) => event)]).toEqual([
      503,
      'upstream_unavailable',
      expect.objectContaining({ service: 'key-vault' }),
      ['token.refused'],
    ]);
    expect(scenario.keyVault.requests.length).toBeGreaterThan(1);
  },
);
