import type { UpstreamService } from '../../src/errors.ts';
import { judgeStatus, refuseByStatus, type StatusVerdict } from '../../src/upstream/judge-status.ts';
import { the } from '../support/the.ts';

const refuse = (service: UpstreamService, status: number, headers: Record<string, string> = {}) =>
  refuseByStatus({ status, headers: new Headers(headers) }, { service, nowMs: the.startMs });

test.each<[verdict: StatusVerdict, statuses: number[]]>([
  ['success', [200, 201, 204]],
  ['refusal', [301, 302, 307, 400, 401, 403, 404, 405, 407, 409, 410, 422, 499]],
  ['transient', [408, 429, 500, 502, 503, 504, 599]],
])('these statuses of Key Vault, an issuer or Power BI mean %s: %j', (verdict, statuses) => {
  for (const service of ['key-vault', 'issuer', 'power-bi'] as const) {
    expect(statuses.map((status) => judgeStatus(service, status))).toEqual(statuses.map(() => verdict));
  }
});

test('the identity endpoint answers 404 and 410 while it starts', () => {
  expect([400, 401, 403, 404, 410, 500].map((status) => judgeStatus('identity-endpoint', status))).toEqual([
    'refusal',
    'refusal',
    'refusal',
    'transient',
    'transient',
    'transient',
  ]);
});

test.each([
  ['key-vault', 'secret_unavailable', 'Key Vault', 'KEY_VAULT_URI'],
  ['issuer', 'issuer_rejected', 'The token issuer', '"tokenEndpoint"'],
  ['power-bi', 'powerbi_rejected', 'Power BI', 'POWERBI_API_URL'],
  ['identity-endpoint', 'misconfigured', 'The managed identity endpoint', 'IDENTITY_ENDPOINT'],
] as const)('a page of %s that is not its own names the setting to check', (service, code, name, setting) => {
  expect(refuse(service, 405)).toMatchObject({
    code,
    message: `${name} refused (HTTP 405): this service has no such URL.`,
    hint: expect.stringContaining(setting) as string,
    upstream: { service, status: 405 },
  });
});

test.each([
  [404, 'this service has no such URL', /^Check the URL: KEY_VAULT_URI/],
  [405, 'this service has no such URL', /^Check the URL: KEY_VAULT_URI/],
  [401, 'the answer does not have the format of this service', /proxy, firewall or web application firewall/],
  [403, 'the answer does not have the format of this service', /proxy, firewall or web application firewall/],
  [407, 'the answer does not have the format of this service', /proxy, firewall or web application firewall/],
  [302, 'it redirects elsewhere', /follows no redirect/],
  [418, 'the answer does not have the format of this service', /KEY_VAULT_URI/],
])('HTTP %d means that %s', (status, meaning, hint) => {
  expect(refuse('key-vault', status)).toMatchObject({
    message: `Key Vault refused (HTTP ${status}): ${meaning}.`,
    hint: expect.stringMatching(hint) as string,
  });
});

test('a redirect is reported with the host it leads to, and no other part of the address', () => {
  expect(refuse('power-bi', 301, { location: 'https://api.contoso.com/x?token=hunter2' }).message).toBe(
    'Power BI refused (HTTP 301): it moved to https://api.contoso.com.',
  );
});

test('a transient status passes Retry-After and the known ids on', () => {
  const answer = { status: 503, headers: new Headers({ 'retry-after': '7' }) };
  const known = { service: 'key-vault', correlationId: the.correlationId, nowMs: the.startMs } as const;
  expect(refuseByStatus(answer, known)).toMatchObject({
    code: 'upstream_unavailable',
    message: 'Key Vault is not available (HTTP 503).',
    retryAfterSeconds: 7,
    upstream: { service: 'key-vault', status: 503, correlationId: the.correlationId },
  });
});
