import type { ErrorCode } from '../errors.ts';

/** What an AADSTS code means, and what to do about it. */
export interface EntraRefusal {
  readonly code: ErrorCode;
  readonly meaning: string;
  readonly hint: string;
}

const CREATE_SECRET =
  'Entra admin center > App registrations > (the app) > Certificates & secrets: create a client secret, then store its value, ' +
  'not its id, as a new version: az keyvault secret set --vault-name ... --name ... --value ... --expires ... Nothing needs to be restarted.';
const USE_SERVICE_PRINCIPAL =
  'Mend the account of the master user, or the password in Key Vault, or better use a service principal (grant "client_credentials"): it has no password, and MFA is not asked of it.';
const CHECK_CLOUD = 'Check POWERBI_CLOUD (public, gcc, gcchigh, dod, china) and AZURE_AUTHORITY_HOST.';
const TRY_LATER = 'Nothing needs to be changed here: ask again after Retry-After seconds.';
const FEDERATED =
  "The app registration's federated credential must name the issuer https://login.microsoftonline.com/{tenant}/v2.0 (in another cloud its Entra host), the identity's object " +
  '(principal) id as subject, and the audience of the cloud (api://AzureADTokenExchange): Certificates & secrets > Federated credentials.';

type Row = readonly [codes: string, code: ErrorCode, meaning: string, hint: string];

const ROWS: readonly Row[] = [
  ['7000215', 'secret_rejected', 'the client secret is not one of the app registration', CREATE_SECRET],
  ['7000222', 'secret_expired', 'the client secret has expired', CREATE_SECRET],
  [
    '7000218',
    'issuer_rejected',
    'the request carried no client secret or assertion',
    'Check that the secret in Key Vault holds the secret itself, not a reference such as @Microsoft.KeyVault(...).',
  ],
  [
    '700025',
    'issuer_rejected',
    'the app registration is a public client and was sent a secret',
    'App registrations > Authentication: turn "Allow public client flows" off.',
  ],
  [
    '700016',
    'issuer_rejected',
    'no such application in this tenant',
    'Check that POWERBI_CLIENT_ID (clientId of the profile) is the application (client) id, not the object id, and that it belongs to POWERBI_TENANT_ID (tenantId). ' +
      CHECK_CLOUD,
  ],
  [
    '7000112 70001',
    'issuer_rejected',
    'the application is disabled in this tenant',
    'Entra admin center > Enterprise applications > (the app) > Properties: "Enabled for users to sign-in?" must be Yes.',
  ],
  ['90002', 'issuer_rejected', 'no such tenant', 'Check POWERBI_TENANT_ID (tenantId of the profile). ' + CHECK_CLOUD],
  [
    '50059 90019 9001023 90130 50194',
    'issuer_rejected',
    'the request names no single tenant',
    'Set POWERBI_TENANT_ID to the tenant id: "common", "organizations" and "consumers" will not do.',
  ],
  [
    '500011',
    'issuer_rejected',
    'Power BI is not known in this tenant',
    'Check "resource" and "scope" of the profile, to the last slash; somebody of the tenant must have signed up for Power BI once. ' +
      CHECK_CLOUD,
  ],
  [
    '650057',
    'issuer_rejected',
    "the resource is not among the app registration's permissions",
    'App registrations > API permissions: add "Power BI Service" ("Microsoft Power BI Government Community Cloud" in gcc); delegated grants alone need it.',
  ],
  [
    '70011 28002',
    'issuer_rejected',
    'the scope is not valid',
    'The scope is the Power BI resource with /.default, https://analysis.windows.net/powerbi/api/.default in the public cloud.',
  ],
  ['700022', 'issuer_rejected', 'the scopes name more than one resource', 'Ask for one resource in a token.'],
  [
    '901002',
    'issuer_rejected',
    'the v2.0 endpoint was sent a resource',
    'Use "scope" with /oauth2/v2.0/token, and "resource" with /oauth2/token alone.',
  ],
  [
    '900144 90014',
    'issuer_rejected',
    'a form field that is required is missing',
    'Check the profile in profiles.json: every member of its grant, and "resource" where tokenEndpoint ends in /oauth2/token.',
  ],
  [
    '9002313',
    'issuer_rejected',
    'the request is malformed',
    'Check the profile in profiles.json, its "parameters" above all.',
  ],
  [
    '65001 90094',
    'issuer_rejected',
    'nobody has consented to this application',
    'App registrations > API permissions: "Grant admin consent". A service principal needs no API permission for Power BI.',
  ],
  [
    '50105',
    'issuer_rejected',
    'the user is not assigned to this application',
    'Entra admin center > Enterprise applications > (the app) > Users and groups: assign the user, or set Properties > "Assignment required?" to No.',
  ],
  ['50034', 'issuer_rejected', 'no such user in this tenant', 'Check the user name. ' + USE_SERVICE_PRINCIPAL],
  ['50126', 'issuer_rejected', 'user name or password is wrong', USE_SERVICE_PRINCIPAL],
  ['50055', 'issuer_rejected', "the user's password has expired", USE_SERVICE_PRINCIPAL],
  ['50057', 'issuer_rejected', 'the user account is disabled', USE_SERVICE_PRINCIPAL],
  ['50053', 'issuer_rejected', 'the user account is locked', USE_SERVICE_PRINCIPAL],
  ['50076 50079 50074 50158', 'issuer_rejected', 'multi-factor authentication is required', USE_SERVICE_PRINCIPAL],
  [
    '53003 530032 530031 53000 53001',
    'issuer_rejected',
    'Conditional Access blocks this sign-in',
    "Entra admin center > Sign-in logs (for an app's own tokens: Service principal sign-ins) names the policy: allow the function app's outbound addresses, or exclude the app.",
  ],
  [
    '50196',
    'issuer_rejected',
    'Entra sees too many identical requests',
    'Something asks for tokens in a loop with this app registration: look for other programs that use it, without a cache.',
  ],
  ['90038 900382 900432', 'issuer_rejected', 'the tenant belongs to another national cloud', CHECK_CLOUD],
  [
    '700027 50012',
    'issuer_rejected',
    "the assertion's signature or certificate does not match",
    'Upload the certificate that Key Vault holds: App registrations > Certificates & secrets > Certificates.',
  ],
  [
    '700030',
    'issuer_rejected',
    'the certificate is not valid',
    'Renew the certificate in Key Vault, and upload it to the app registration.',
  ],
  [
    '70025',
    'issuer_rejected',
    'the app registration has no federated credential',
    'Add one, or wait a minute for a new one. ' + FEDERATED,
  ],
  [
    '700229 700211 700213 700212 7002138 70021 700231',
    'issuer_rejected',
    'no federated credential matches the managed identity',
    FEDERATED,
  ],
  [
    '500131 50013 7000114',
    'issuer_rejected',
    "the caller's token is not one that this app registration can exchange",
    'The caller must ask for a token of the app registration that clientId of the profile names: CALLER_AUDIENCE must be its client id or App ID URI.',
  ],
  [
    '50011',
    'issuer_rejected',
    'the redirect URI is not registered',
    'App registrations > Authentication: add SIGN_IN_REDIRECT_URI, to the letter, as a Web redirect URI.',
  ],
  ['90055', 'upstream_unavailable', 'the tenant is throttled', TRY_LATER],
  ['50033 90006 90012 90024 90033 90090 90020', 'upstream_unavailable', 'Entra has a passing fault', TRY_LATER],
];

const REFUSALS: ReadonlyMap<string, EntraRefusal> = new Map(
  ROWS.flatMap(([codes, code, meaning, hint]) =>
    codes.split(' ').map((number): [string, EntraRefusal] => [`AADSTS${number}`, { code, meaning, hint }]),
  ),
);

/** A code that stands in no list: told with the ids that support asks for. */
const UNKNOWN: EntraRefusal = {
  code: 'issuer_rejected',
  meaning: 'the request was refused',
  hint: "Look the code up at https://login.microsoftonline.com/error, and the correlation id in the tenant's sign-in logs; Microsoft support asks for both ids.",
};

/** `code` is like `AADSTS7000215`. Codes are for diagnosis and may change, so an unknown one is no fault. */
export function explainEntraCode(code: string | undefined): EntraRefusal {
  return (code === undefined ? undefined : REFUSALS.get(code)) ?? UNKNOWN;
}
