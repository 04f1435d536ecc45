import { ENTRA_CODES, type EntraFixer, type EntraSubject } from '../../src/upstream/entra-codes.ts';

const SUBJECTS: readonly EntraSubject[] = [
  'secret',
  'certificate',
  'federation',
  'application',
  'tenant',
  'resource',
  'request',
  'consent',
  'account',
  'proof',
  'session',
  'assertion',
  'policy',
  'service',
];
const FIXERS: readonly EntraFixer[] = ['operator', 'administrator', 'person', 'time'];

test('every code has a meaning, a hint, a subject and someone who can act', () => {
  const incomplete = [...ENTRA_CODES].filter(
    ([code, { subject, fixer, meaning, hint }]) =>
      !/^AADSTS\d{5,8}$/.test(code) ||
      !SUBJECTS.includes(subject) ||
      !FIXERS.includes(fixer) ||
      !/^[\w"].{10,}[^.]$/.test(meaning) ||
      !/^[A-Z"].{20,}[.)]?$/.test(hint),
  );
  expect(incomplete).toEqual([]);
  expect(new Set([...ENTRA_CODES.values()].map(({ subject }) => subject))).toEqual(new Set(SUBJECTS));
  expect(new Set([...ENTRA_CODES.values()].map(({ fixer }) => fixer))).toEqual(new Set(FIXERS));
});

test('a transient code is an outage, a code about the secret names the secret, and every other code is a refusal', () => {
  const codes = new Map<string, Set<string>>();
  for (const { code, subject, fixer } of ENTRA_CODES.values()) {
    const kind = fixer === 'time' ? 'time' : subject === 'secret' ? 'secret' : 'other';
    codes.set(kind, (codes.get(kind) ?? new Set()).add(code));
  }
  expect(Object.fromEntries(codes)).toEqual({
    time: new Set(['upstream_unavailable']),
    secret: new Set(['secret_rejected', 'secret_expired']),
    other: new Set(['issuer_rejected']),
  });
});

/** The codes that operators meet most, and the words that their hints need. */
test.each<[codes: string, subject: EntraSubject, fixer: EntraFixer, hint: RegExp]>([
  ['7000215 70002', 'secret', 'operator', /not its id/],
  ['7000222', 'secret', 'operator', /new version/],
  ['7000218', 'request', 'operator', /@Microsoft\.KeyVault/],
  ['700025', 'application', 'operator', /public client flows/],
  ['700016', 'application', 'operator', /POWERBI_CLIENT_ID.*POWERBI_TENANT_ID.*POWERBI_CLOUD/],
  ['7000229', 'application', 'administrator', /az ad sp create/],
  ['7000112 70001', 'application', 'administrator', /Enabled for users to sign-in/],
  ['90002 900023', 'tenant', 'operator', /POWERBI_TENANT_ID.*POWERBI_CLOUD/],
  ['50059 90019 9001023 90130 50194', 'tenant', 'operator', /"common"/],
  ['90038 900382 900432', 'tenant', 'operator', /POWERBI_CLOUD/],
  ['500011', 'resource', 'operator', /signed up for Power BI.*POWERBI_CLOUD/],
  ['650052', 'resource', 'administrator', /app\.powerbi\.com/],
  ['650057', 'resource', 'operator', /Power BI Service/],
  ['1002012', 'resource', 'operator', /\/\.default/],
  ['70011 28002', 'resource', 'operator', /analysis\.windows\.net\/powerbi\/api\/\.default/],
  ['700022', 'resource', 'operator', /one resource/],
  ['901002', 'request', 'operator', /"scope"/],
  ['900144 90014', 'request', 'operator', /profiles\.json/],
  ['9002313', 'request', 'operator', /parameters/],
  ['700024', 'request', 'operator', /clock/],
  ['50196', 'request', 'operator', /loop/],
  ['65001 90094', 'consent', 'administrator', /admin consent/],
  ['50105', 'consent', 'administrator', /assign the user/],
  ['50034', 'account', 'operator', /"username".*client_credentials/],
  ['50126', 'account', 'operator', /client_credentials/],
  ['50055 50057 50053', 'account', 'administrator', /client_credentials/],
  ['50020', 'account', 'administrator', /guest.*master user/],
  ['50076 50079 50074', 'proof', 'person', /client_credentials/],
  ['700082 50173 70043', 'session', 'person', /\/api\/auth\/sign-in/],
  ['54005', 'session', 'person', /\/api\/auth\/sign-in/],
  ['500131 50013 7000114', 'assertion', 'operator', /CALLER_AUDIENCE/],
  ['500133', 'assertion', 'person', /new token/],
  ['53003 530032', 'policy', 'administrator', /outbound IP addresses/],
  ['700027 50012 700030', 'certificate', 'operator', /certificate/],
  ['700229 70025 700213', 'federation', 'operator', /Federated credentials/],
  ['90055 50033 90006 90012 90024 90033 90090', 'service', 'time', /Retry-After/],
])('AADSTS%s is about %s, the %s must act, and its hint says how', (codes, subject, fixer, hint) => {
  for (const number of codes.split(' ')) {
    expect(ENTRA_CODES.get(`AADSTS${number}`)).toMatchObject({
      subject,
      fixer,
      hint: expect.stringMatching(hint) as string,
    });
  }
});
