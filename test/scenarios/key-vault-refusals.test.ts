import type { Fault } from '../../local/emulators/emulators.ts';
import { asked, countAsked, resetAll } from '../support/asked-upstream.ts';
import { seed, startScenario, type TestApp } from '../support/scenario.ts';

const scenario = startScenario();
beforeEach(() => {
  resetAll(scenario);
  scenario.keyVault.blockedByFirewall = false;
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
      scenario.keyVault.blockedByFirewall = true;
    },
    why: "the vault's firewall lets this function app not in (HTTP 403)",
    hint: 'Functions are no "trusted service"',
    upstream: { status: 403, code: 'ForbiddenByFirewall' },
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
    name: 'a 403 without a word',
    arrange: refuseWith(403),
    why: 'the identity of this function app may not read it (HTTP 403)',
    hint: 'Assign the role "Key Vault Secrets User"',
    upstream: { status: 403 },
  },
  {
    name: 'a 401 that challenges nobody',
    arrange: refuseWith(401, { error: { code: 'Unauthorized', message: 'AKV10032: Invalid issuer.' } }),
    why: "the vault does not accept the identity's token (HTTP 401)",
    hint: "The vault's tenant must be the identity's own",
    upstream: { status: 401, code: 'Unauthorized' },
  },
  {
    name: 'a refusal that stands in no list',
    arrange: refuseWith(400, { error: { code: 'BadParameter', message: 'Something else.' } }),
    why: 'the vault refused (HTTP 400)',
    hint: 'AuditEvent',
    upstream: { status: 400, code: 'BadParameter' },
  },
  {
    name: 'a code that could be an echo',
    arrange: refuseWith(400, { error: { code: seed.app.secret, message: seed.app.secret } }),
    why: 'the vault refused (HTTP 400)',
    hint: 'AuditEvent',
    upstream: { status: 400 },
  },
];

test.each(REFUSALS)('$name is told with what to do about it', async ({ arrange, why, hint, upstream }) => {
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

test('an empty secret is told as such, and never sent', async () => {
  scenario.keyVault.setSecret(seed.app.secretName, '');
  const { status, body } = await scenario.startApp().token();
  expect({ status, code: body['code'], detail: body['detail'] }).toEqual({
    status: 502,
    code: 'secret_unavailable',
    detail: 'The secret "powerbi-client-secret" in Key Vault is empty.',
  });
  expect(scenario.entra.requests).toEqual([]);
});

test('a vault that refuses is asked once for a thousand callers, and again when somebody has had time to mend it', async () => {
  const app = scenario.startApp();
  scenario.keyVault.deny(app.identityPrincipalId);
  const answers = await Promise.all(Array.from({ length: 1000 }, () => app.token()));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([502]));
  expect(countAsked(scenario)).toEqual(asked({ identityTokens: 1, vaultChallenges: 1, secretReads: 1 }));

  scenario.keyVault.allow(app.identityPrincipalId);
  scenario.clock.advance(11_000);
  expect((await app.token()).status).toBe(200);
});

test('a vault that answers with something else than a secret is not available', async () => {
  scenario.keyVault.failWith({ kind: 'status', status: 200, body: { welcome: 'to this network' } }, { times: 20 });
  const { status, body } = await scenario.startApp().token();
  expect({ status, code: body['code'], detail: body['detail'] }).toEqual({
    status: 503,
    code: 'upstream_unavailable',
    detail: 'Key Vault gave an answer that does not parse.',
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
    'an id that names nothing',
    { kind: 'status', status: 200, body: { id: 'https://localhost/', value: 'x', attributes: {} } },
  ],
  ['a list', { kind: 'status', status: 200, body: { value: [] } }],
  ['a challenge that leads nowhere', challenge('authorization="nonsense", resource="https://vault.azure.net"')],
])(
  'a vault that answers in its own form and makes no sense, with %s, is away: it is asked again, and nothing is a defect',
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
