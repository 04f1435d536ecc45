import type { AuditRecord } from '../../src/audit.ts';
import type { EmbedRequest } from '../../src/callers/access-request.ts';
import type { Caller, IdentifiedCaller } from '../../src/callers/caller.ts';
import type { Verifiers } from '../../src/callers/authenticate.ts';
import { createGate, type Gate, type GateOptions } from '../../src/callers/gate.ts';
import { readEntraCaller } from '../../src/callers/read-claims.ts';
import type { CallerSettings } from '../../src/config/caller-settings.ts';
import type { Grant } from '../../src/config/profiles/grant.ts';
import type { GrantInput } from '../../src/config/profiles/grants-schema.ts';
import { readGrant } from '../../src/config/profiles/read-grant.ts';
import { failureOf } from '../support/failure-of.ts';
import { the } from '../support/the.ts';

const OID = '0a0b0c0d-1111-4222-8333-444455556666';
const APP_ID = 'a1b2c3d4-5555-4666-8777-888899990000';
const W1 = '11111111-0000-4000-8000-000000000001';
const W2 = '22222222-0000-4000-8000-000000000002';

const CALLERS: CallerSettings = {
  modes: ['key'],
  tenantId: undefined,
  issuer: undefined,
  audiences: [],
  ratePerMinute: undefined,
  faults: [],
};
const KEY: Caller = { kind: 'nameless', id: 'key' };
const person = (claims: Readonly<Record<string, unknown>> = {}): IdentifiedCaller => {
  const all = { tid: the.tenantId, oid: OID, appid: APP_ID, scp: 'access_as_user', ...claims };
  const caller = readEntraCaller(all, { via: 'entra', bearerToken: 'a.b.c' });
  if (caller === undefined) throw new Error('These claims are of no caller.');
  return caller;
};
const comes = (caller: IdentifiedCaller): Pick<GateOptions, 'callers' | 'verifiers'> => ({
  callers: { ...CALLERS, modes: ['entra'] },
  verifiers: { entra: () => Promise.resolve(caller) } satisfies Verifiers,
});

const grant = (name: string, members: Partial<GrantInput> = {}): Grant =>
  readGrant({ name, callers: [{ anyone: true }], profiles: ['sales'], actions: ['token'], ...members }, name);

function start(options: Partial<GateOptions> = {}): Gate & { readonly taken: string[] } {
  const taken: string[] = [];
  const gate = createGate({
    callers: CALLERS,
    faults: [],
    grants: undefined,
    verifiers: {},
    rateLimit: { take: (callerId) => taken.push(callerId) },
    ...options,
  });
  return { ...gate, taken };
}

const BEARER = new Headers({ authorization: 'Bearer a.b.c' });
const TOKEN = { action: 'token', profile: 'sales' } as const;
const forbidden = (reason: string) => ({
  code: 'forbidden',
  message: 'No grant allows this request.',
  reason,
  hint: 'Give the request_id to the operator. The audit line with this id says which claim, limit or grant is missing in profiles.json.',
});

describe('admission', () => {
  test('of a nameless caller records its kind of credential', async () => {
    const audit: AuditRecord = {};

    expect(await start().admit(new Headers(), audit)).toEqual(KEY);
    expect(audit).toEqual({ caller: 'key' });
  });

  test('of an identified caller records its id and its application', async () => {
    const audit: AuditRecord = {};
    const caller = person();

    expect(await start(comes(caller)).admit(BEARER, audit)).toBe(caller);
    expect(audit).toEqual({ caller: `${the.tenantId}/${OID}`, callerApp: APP_ID });
  });

  test('does not require a grant', async () => {
    expect(await start({ grants: [] }).admit(new Headers(), {})).toEqual(KEY);
  });

  test('fails with faulty caller settings, and names every fault', async () => {
    const faults = [
      { name: 'CALLER_AUTH', problem: 'is unknown' },
      { name: 'KEY_VAULT_URI', problem: 'is not set' },
    ];
    const audit: AuditRecord = {};
    const gate = start({ callers: { ...CALLERS, faults: faults.slice(0, 1) }, faults });

    expect(await failureOf(() => gate.admit(new Headers(), audit))).toMatchObject({
      code: 'misconfigured',
      message: 'CALLER_AUTH is unknown; KEY_VAULT_URI is not set.',
    });
    expect(audit).toEqual({});
  });

  test('works with other faulty settings', async () => {
    const faults = [{ name: 'KEY_VAULT_URI', problem: 'is not set' }];

    expect(await start({ faults }).admit(new Headers(), {})).toEqual(KEY);
  });
});

describe('admission to readiness', () => {
  test.each<[name: string, options: () => Partial<GateOptions>]>([
    ['holds a function key', () => ({})],
    ['has the app role Token.Get', () => comes(person({ roles: ['Token.Get'] }))],
    ['is named by a grant', () => ({ ...comes(person()), grants: [grant('one', { callers: [{ oid: OID }] })] })],
  ])('is granted to a caller that %s', async (_, options) => {
    const audit: AuditRecord = {};
    const { id } = await start(options()).admitToDiagnosis(BEARER, audit);

    expect(audit.caller).toBe(id);
  });

  test.each<[name: string, grants: GateOptions['grants']]>([
    ['there are no grants', undefined],
    ['no grant is for it', [grant('one', { callers: [{ oid: 'other' }] })]],
    [
      'only a grant in audit mode is for it',
      [grant('one', { mode: 'audit' }), grant('two', { callers: [{ oid: 'x' }] })],
    ],
  ])('is refused to another caller if %s', async (_, grants) => {
    const gate = start({ ...comes(person()), grants });

    expect(await failureOf(() => gate.admitToDiagnosis(BEARER, {}))).toEqual(
      forbidden('no grant matches this caller, and it does not have the app role Token.Get'),
    );
  });
});

describe('authorization', () => {
  test('names the grant in the audit record, and counts for the limit', () => {
    const audit: AuditRecord = {};
    const { authorize, taken } = start({ grants: [grant('one', { profiles: ['other'] }), grant('two')] });

    expect(authorize(KEY, TOKEN, audit)).toEqual({ outcome: 'allow', grant: 'two', identities: [] });
    expect([audit, taken]).toEqual([{ grant: 'two' }, ['key']]);
  });

  test('without grants allows the token of default, and the audit record names no grant', () => {
    const audit: AuditRecord = {};

    expect(start().authorize(KEY, { action: 'token', profile: 'default' }, audit)).toEqual({
      outcome: 'allow',
      grant: undefined,
      identities: [],
    });
    expect(audit).toEqual({ grant: undefined });
  });

  test('works without a limit', () => {
    const { authorize } = start({ grants: [grant('one')], rateLimit: undefined });

    expect(authorize(KEY, TOKEN, {}).grant).toBe('one');
  });

  test('is refused if no grant allows it, and does not count for the limit', async () => {
    const audit: AuditRecord = {};
    const { authorize, taken } = start({ grants: [grant('one', { profiles: ['other'] })] });

    expect(await failureOf(() => authorize(KEY, TOKEN, audit))).toEqual(
      forbidden('no grant gives the action "token" on the profile "sales"'),
    );
    expect([audit, taken]).toEqual([{}, []]);
  });

  test('is refused as a bad request if its identities are wrong', async () => {
    const { authorize } = start({ grants: [grant('one', { actions: ['embed'], workspaces: [W1] })] });
    const request: EmbedRequest = {
      action: 'embed',
      profile: 'sales',
      reports: [],
      dashboards: [],
      datasets: [],
      targetWorkspaceIds: [],
      createsReport: false,
      identities: [],
    };

    expect(await failureOf(() => authorize(KEY, request, {}))).toEqual({
      code: 'invalid_request',
      message: 'The "identities" of this request are not allowed, or do not match its datasets.',
      reason: 'grant "one": its identity is not from-request, and the request has identities',
      hint: 'If the grant makes identities from claims, remove "identities". If it has "identity": "from-request", send one identity for each dataset that requires one, and none for other datasets.',
    });
  });
});

describe('a grant in audit mode', () => {
  const audited = (members: Partial<GrantInput> = {}) => grant('trial', { mode: 'audit', ...members });

  test.each<[name: string, profiles: string[], outcome: string]>([
    ['would have allowed', ['sales'], 'allow'],
    ['would have refused', ['other'], 'deny'],
  ])('allows nothing, and the audit record says that it %s the request', (_, profiles, outcome) => {
    const audit: AuditRecord = {};
    const { authorize } = start({ grants: [audited({ profiles }), grant('one')] });

    expect(authorize(KEY, TOKEN, audit).grant).toBe('one');
    expect(audit).toEqual({ auditedGrants: outcome, grant: 'one' });
  });

  test('is also recorded if the request is refused', async () => {
    const audit: AuditRecord = {};
    const { authorize } = start({ grants: [audited(), grant('one', { profiles: ['other'] })] });

    expect(await failureOf(() => authorize(KEY, TOKEN, audit))).toMatchObject({ code: 'forbidden' });
    expect(audit).toEqual({ auditedGrants: 'allow' });
  });

  test('without other grants changes nothing: the app behaves as without grants', () => {
    const audit: AuditRecord = {};
    const { authorize } = start({ grants: [audited()] });

    expect(authorize(KEY, { action: 'token', profile: 'default' }, audit)).toEqual({
      outcome: 'allow',
      grant: undefined,
      identities: [],
    });
    expect(audit).toEqual({ auditedGrants: 'deny' });
  });

  test('is a candidate, because its decision needs its limits', () => {
    const grants = [audited(), grant('one'), grant('two', { callers: [{ oid: 'x' }] })];

    expect(
      start({ grants })
        .candidates(KEY, TOKEN)
        .map(({ name }) => name),
    ).toEqual(['trial', 'one']);
  });

  test('makes no workspace visible', () => {
    const grants = [
      audited({ actions: ['workspaces'], workspaces: [W1] }),
      grant('one', { actions: ['workspaces'], workspaces: [W2] }),
    ];

    expect(start({ grants }).visibleWorkspaces(KEY, 'sales')).toEqual(new Set([W2]));
  });
});

describe('candidates', () => {
  test.each<[name: string, grants: GateOptions['grants'], reason: string]>([
    [
      'there are no grants',
      undefined,
      'there are no grants, and without them the app issues only the token of "default"',
    ],
    ['the list is empty', [], 'no grant gives the action "token" on the profile "sales"'],
    [
      'the only candidate is in audit mode',
      [grant('trial', { mode: 'audit' }), grant('one', { profiles: ['other'] })],
      'no grant gives the action "token" on the profile "sales"',
    ],
  ])('do not exist if %s', async (_, grants, reason) => {
    expect(await failureOf(() => start({ grants }).candidates(KEY, TOKEN))).toEqual(forbidden(reason));
  });
});

describe('visible workspaces', () => {
  const listing = (workspaces?: string[]) =>
    grant('one', { actions: ['workspaces'], ...(workspaces === undefined ? {} : { workspaces }) });

  test.each<[name: string, grants: GateOptions['grants'], expected: ReadonlySet<string> | 'all']>([
    ['none without grants', undefined, new Set()],
    ['none if the grants are for another action', [grant('one')], new Set()],
    ['those of all grants together', [listing([W1]), listing([W2])], new Set([W1, W2])],
    ['all if one grant names none', [listing([W1]), listing()], 'all'],
  ])('are %s', (_, grants, expected) => {
    expect(start({ grants }).visibleWorkspaces(KEY, 'sales')).toEqual(expected);
  });
});

test('the limit counts by the id of the caller', () => {
  const { limit, taken } = start();
  limit('ada');

  expect(taken).toEqual(['ada']);
});

test('without a limit nothing is counted', () => {
  expect(() => {
    start({ rateLimit: undefined }).limit('ada');
  }).not.toThrow();
});
