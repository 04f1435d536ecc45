import type { ErrorCode } from '../../src/errors.ts';
import { explainEntraCode } from '../../src/issuers/entra-errors.ts';

/** Every code the field meets, what it becomes here, and the word without which its hint would be of no help. */
test.each<[codes: string, code: ErrorCode, hint: RegExp]>([
  ['7000215', 'secret_rejected', /not its id/],
  ['7000222', 'secret_expired', /new version/],
  ['7000218', 'issuer_rejected', /@Microsoft\.KeyVault/],
  ['700025', 'issuer_rejected', /public client flows/],
  ['700016', 'issuer_rejected', /POWERBI_CLIENT_ID.*POWERBI_TENANT_ID.*POWERBI_CLOUD/],
  ['7000112 70001', 'issuer_rejected', /Enabled for users to sign-in/],
  ['90002', 'issuer_rejected', /POWERBI_TENANT_ID.*POWERBI_CLOUD/],
  ['50059 90019 9001023 90130 50194', 'issuer_rejected', /"common"/],
  ['500011', 'issuer_rejected', /signed up for Power BI.*POWERBI_CLOUD/],
  ['650057', 'issuer_rejected', /Power BI Service/],
  ['70011 28002', 'issuer_rejected', /analysis\.windows\.net\/powerbi\/api\/\.default/],
  ['700022', 'issuer_rejected', /one resource/],
  ['901002', 'issuer_rejected', /"scope"/],
  ['900144 90014', 'issuer_rejected', /profiles\.json/],
  ['9002313', 'issuer_rejected', /parameters/],
  ['65001 90094', 'issuer_rejected', /admin consent/],
  ['50034', 'issuer_rejected', /user name.*client_credentials/],
  ['50126 50055 50057 50053', 'issuer_rejected', /client_credentials/],
  ['50076 50079 50074', 'issuer_rejected', /client_credentials/],
  ['53003 530032', 'issuer_rejected', /outbound addresses/],
  ['50196', 'issuer_rejected', /loop/],
  ['90055', 'upstream_unavailable', /Retry-After/],
  ['50033 90006 90012 90024 90033 90090', 'upstream_unavailable', /Retry-After/],
  ['90038 900382 900432', 'issuer_rejected', /POWERBI_CLOUD/],
  ['700027 50012', 'issuer_rejected', /certificate/],
  ['700030', 'issuer_rejected', /certificate/],
  ['700229', 'issuer_rejected', /Federated credentials/],
])('AADSTS%s becomes %s, and its hint says what to do', (codes, code, hint) => {
  for (const number of codes.split(' ')) {
    expect(explainEntraCode(`AADSTS${number}`)).toEqual({
      code,
      meaning: expect.stringMatching(/\w/) as string,
      hint: expect.stringMatching(hint) as string,
    });
  }
});

test.each([['AADSTS999999'], ['toString'], ['__proto__'], [undefined]])(
  'a code that stands in no list, as %s, is a refusal with the way to Microsoft',
  (code) => {
    expect(explainEntraCode(code)).toEqual({
      code: 'issuer_rejected',
      meaning: 'the request was refused',
      hint: expect.stringContaining('https://login.microsoftonline.com/error') as string,
    });
  },
);
