import type { ErrorCode } from '../errors.ts';

/** What a refusal of Entra is about. */
export type EntraSubject =
  /** The client secret; the certificate; the managed identity that replaces both. */
  | 'secret'
  | 'certificate'
  | 'federation'
  | 'application'
  | 'tenant'
  /** The API that the token is for; the form of the request. */
  | 'resource'
  | 'request'
  | 'consent'
  /** A person's account or its password; MFA; their sign-in or refresh token. */
  | 'account'
  | 'proof'
  | 'session'
  /** The token that an on-behalf-of request exchanges. */
  | 'assertion'
  | 'policy'
  | 'service';

/** Who can solve it: the operator of the function app, an administrator of the tenant, the person who signs in, or time. */
export type EntraFixer = 'operator' | 'administrator' | 'person' | 'time';

/** What an AADSTS code means, and what to do about it. */
export interface EntraRefusal {
  readonly code: ErrorCode;
  readonly subject: EntraSubject;
  readonly fixer: EntraFixer;
  readonly meaning: string;
  readonly hint: string;
}

const CREATE_SECRET =
  'Entra admin center > App registrations > (the app) > Certificates & secrets: create a client secret, then store its value, ' +
  'not its id, as a new version: az keyvault secret set --vault-name ... --name ... --value ... --expires ... Nothing needs to be restarted.';
const UPLOAD_CERTIFICATE =
  'Upload the certificate that is in Key Vault: Entra admin center > App registrations > (the app) > Certificates & secrets > Certificates.';
const FEDERATED =
  "The app registration's federated credential must name the issuer https://login.microsoftonline.com/{tenant}/v2.0 (in another cloud its Entra host), the identity's object " +
  '(principal) id as subject, and the audience of the cloud (api://AzureADTokenExchange): Certificates & secrets > Federated credentials.';
const CHECK_CLOUD = 'Check POWERBI_CLOUD (public, gcc, gcchigh, dod, china) and AZURE_AUTHORITY_HOST.';
const SERVICE_PRINCIPAL =
  'If you can, replace the master user (grant "password") with a service principal (grant "client_credentials"): it has no password and needs no MFA.';
const FIX_ACCOUNT = `Check the account: Entra admin center > Users > (the account). Its password in Key Vault must be the current one. ${SERVICE_PRINCIPAL}`;
const SIGN_IN_LOG =
  "Find the policy in Entra admin center > Sign-in logs (for an app's own tokens: Service principal sign-ins)";
const SIGN_IN_AGAIN = 'The person must sign in again: at /api/auth/sign-in, or in the calling application.';
const SUPPORT =
  'Open a support request with Microsoft: give them correlation_id and trace_id of this error. See also https://status.azure.com.';
const TRY_LATER = 'Wait for Retry-After seconds, then try again.';
const REDIRECT_URI =
  'App registrations > Authentication: SIGN_IN_REDIRECT_URI must be there exactly as it is set, on the platform "Web".';

type Row = readonly [codes: string, subject: EntraSubject, fixer: EntraFixer, meaning: string, hint: string];

/** In the order in which a request can fail: the client, the tenant, the resource, the person, the policy, the service. */
const ROWS: readonly Row[] = [
  ['7000215 70002', 'secret', 'operator', 'the client secret is not one of the app registration', CREATE_SECRET],
  ['7000222', 'secret', 'operator', 'the client secret has expired', CREATE_SECRET],
  [
    '7000218',
    'request',
    'operator',
    'the request had no client secret or assertion',
    'Check that the secret in Key Vault is the client secret itself, not a reference such as @Microsoft.KeyVault(...).',
  ],
  [
    '700025',
    'application',
    'operator',
    'the app registration is a public client, but the request had a secret',
    'App registrations > Authentication: turn "Allow public client flows" off.',
  ],
  [
    '700027 50012 50006',
    'certificate',
    'operator',
    "the assertion's signature or certificate does not match",
    UPLOAD_CERTIFICATE,
  ],
  [
    '700030 1000502 50017 7000214 7000274 7000277',
    'certificate',
    'operator',
    'the certificate is not valid',
    `Create a new version of the certificate in Key Vault. ${UPLOAD_CERTIFICATE}`,
  ],
  [
    '700024',
    'request',
    'operator',
    'the client assertion is not yet valid, or has expired',
    'The clock of the machine that runs the function app is wrong: set it, or in Azure restart the function app.',
  ],
  [
    '700021 50048 50027 900384',
    'request',
    'operator',
    'the client assertion does not match the request',
    'Check clientId and tenantId (or tokenEndpoint) of the profile: the assertion names the client and the token endpoint. ' +
      CHECK_CLOUD,
  ],
  [
    '700023',
    'request',
    'operator',
    'the client assertion or the scope does not match the tenant',
    'Check tenantId (or tokenEndpoint) and "scope" of the profile. ' + CHECK_CLOUD,
  ],
  [
    '70025',
    'federation',
    'operator',
    'the app registration has no federated credential',
    `Add one, or wait a minute for a new one. ${FEDERATED}`,
  ],
  [
    '700229 700211 700213 700212 7002138 70021 700231 700226',
    'federation',
    'operator',
    'no federated credential matches the managed identity',
    FEDERATED,
  ],
  [
    '700222 700236',
    'federation',
    'administrator',
    'the tenant does not accept Entra tokens as federated credentials',
    'The identity and the app registration must be in the same tenant, and the tenant must allow it. Otherwise use a certificate.',
  ],
  [
    '700016 700011',
    'application',
    'operator',
    'no such application in this tenant',
    'Check that POWERBI_CLIENT_ID (clientId of the profile) is the application (client) id, not the object id, and that it belongs to POWERBI_TENANT_ID (tenantId). ' +
      CHECK_CLOUD,
  ],
  [
    '7000229',
    'application',
    'administrator',
    'the application has no service principal in this tenant',
    'Create it: az ad sp create --id (client id). "az ad app create" does not create a service principal. In another tenant an administrator must consent to the application.',
  ],
  [
    '7000112 70001 1000031',
    'application',
    'administrator',
    'the application is disabled in this tenant',
    'Entra admin center > Enterprise applications > (the app) > Properties: "Enabled for users to sign-in?" must be Yes.',
  ],
  [
    '70003',
    'request',
    'operator',
    'Entra does not support this grant type',
    'Check "grant" and "tokenEndpoint" of the profile.',
  ],
  ['50011 500112 500113 70004 900971', 'application', 'operator', 'the redirect URI is not registered', REDIRECT_URI],
  [
    '9002326 9002327',
    'application',
    'operator',
    'the redirect URI is registered for a single-page application',
    `${REDIRECT_URI} Remove it from "Single-page application".`,
  ],
  [
    '90002 900021 900023 50029 50128',
    'tenant',
    'operator',
    'no such tenant',
    'Check POWERBI_TENANT_ID (tenantId of the profile). ' + CHECK_CLOUD,
  ],
  [
    '50059 90019 9001023 90130 90124 50194 9002332',
    'tenant',
    'operator',
    'the request does not name one tenant',
    'Set POWERBI_TENANT_ID to the tenant id: "common", "organizations" and "consumers" are not accepted.',
  ],
  ['5000224', 'tenant', 'administrator', 'the tenant is blocked or deleted', SUPPORT],
  [
    '90038 900382 900432 90043 90051 1000104',
    'tenant',
    'operator',
    'the tenant belongs to another national cloud',
    CHECK_CLOUD,
  ],
  [
    '500011 50001 650054',
    'resource',
    'operator',
    'Power BI is not known in this tenant',
    'Check "resource" and "scope" of the profile, also the slash at the end. Someone in the tenant must have signed up for Power BI once. ' +
      CHECK_CLOUD,
  ],
  [
    '650052',
    'resource',
    'administrator',
    'the tenant has no subscription to the requested service',
    'Someone in the tenant must sign up for Power BI once (app.powerbi.com), or an administrator enables the service: Microsoft 365 admin center > Billing. Check "scope" of the profile too.',
  ],
  [
    '500014',
    'resource',
    'administrator',
    'the service principal of the resource is disabled in this tenant',
    'Entra admin center > Enterprise applications > Power BI Service > Properties: "Enabled for users to sign-in?" must be Yes, and the subscription must not have expired.',
  ],
  [
    '650057 65005 650056',
    'resource',
    'operator',
    "the resource is not among the app registration's permissions",
    'App registrations > API permissions: add "Power BI Service" ("Microsoft Power BI Government Community Cloud" in gcc). Only profiles for people and for master users need it.',
  ],
  [
    '1002012',
    'resource',
    'operator',
    'the scope of an app-only request must end in /.default',
    'Set "scope" of the profile to the resource with /.default: https://analysis.windows.net/powerbi/api/.default in the public cloud.',
  ],
  [
    '70011 28002 28003',
    'resource',
    'operator',
    'the scope is not valid',
    'The scope is the Power BI resource with /.default, https://analysis.windows.net/powerbi/api/.default in the public cloud.',
  ],
  ['700022', 'resource', 'operator', 'the scopes name more than one resource', 'Request one resource for each token.'],
  [
    '901002',
    'request',
    'operator',
    'the request to the v2.0 endpoint had a resource',
    'Use "scope" with /oauth2/v2.0/token, and "resource" with /oauth2/token.',
  ],
  [
    '900144 90014',
    'request',
    'operator',
    'a required form field is missing',
    'Check the profile in profiles.json: every property that its grant type needs, and "resource" if tokenEndpoint ends in /oauth2/token.',
  ],
  [
    '9002313 90004 90013 90023 90100 90117 90121 90056 900561',
    'request',
    'operator',
    'the request is malformed',
    'Check the profile in profiles.json: "parameters" first, then "tokenEndpoint".',
  ],
  [
    '90009',
    'resource',
    'operator',
    'the application requests a token for itself',
    'Check "scope" and "resource" of the profile: they name Power BI, not the app registration.',
  ],
  [
    '65001 90094 90095 90008 90093 90099',
    'consent',
    'administrator',
    'no consent was given to this application',
    'App registrations > API permissions: "Grant admin consent". A service principal needs no API permission for Power BI.',
  ],
  [
    '65004',
    'consent',
    'person',
    'the person declined to consent',
    `${SIGN_IN_AGAIN} Then accept the permissions that the application requests.`,
  ],
  [
    '65002',
    'application',
    'operator',
    "the client id is one of Microsoft's own applications",
    'Register an application of your own, and set POWERBI_CLIENT_ID (clientId of the profile) to its application (client) id.',
  ],
  [
    '50105',
    'consent',
    'administrator',
    'the user is not assigned to this application',
    'Entra admin center > Enterprise applications > (the app) > Users and groups: assign the user, or set Properties > "Assignment required?" to No.',
  ],
  [
    '501051',
    'consent',
    'administrator',
    'the application is not assigned to the resource',
    'Entra admin center > Enterprise applications > (the resource): give the application an app role, or set Properties > "Assignment required?" to No.',
  ],
  [
    '50034',
    'account',
    'operator',
    'no such user in this tenant',
    `Check "username" and "tenantId" of the profile. ${SERVICE_PRINCIPAL}`,
  ],
  [
    '50020 500208 50014 51004 90072 16000 16003 50197',
    'account',
    'administrator',
    'the account does not belong to this tenant',
    'Sign in with an account of the tenant, or invite it: Entra admin center > Users > Invite external user. A guest or a personal account cannot be a master user (grant "password").',
  ],
  ['50126 50064 50056', 'account', 'operator', 'user name or password is wrong', FIX_ACCOUNT],
  ['50055 50144', 'account', 'administrator', "the user's password has expired", FIX_ACCOUNT],
  [
    '50135 50125',
    'account',
    'person',
    "the user's password must be changed",
    `The user signs in at https://myaccount.microsoft.com. ${FIX_ACCOUNT}`,
  ],
  ['50057', 'account', 'administrator', 'the user account is disabled', FIX_ACCOUNT],
  [
    '50053',
    'account',
    'administrator',
    'the user account is locked',
    `Too many sign-ins failed, or they came from an IP address with a bad reputation: see Entra admin center > Sign-in logs. ${SERVICE_PRINCIPAL}`,
  ],
  [
    '20001 20012 20033 40008 40009 40015 50008 50107',
    'account',
    'administrator',
    "the tenant's federated identity provider refused or failed",
    `Ask the operator of the identity provider (AD FS, Okta ...) of the account's domain. ${SERVICE_PRINCIPAL}`,
  ],
  [
    '80001 80002 80005 80007 80010 80012 80013 80014',
    'account',
    'administrator',
    'the on-premises authentication agent could not check the password',
    `Entra admin center > Microsoft Entra Connect > Pass-through authentication: check the agents. ${SERVICE_PRINCIPAL}`,
  ],
  [
    '50076 50079 50074 50158 50072 50078 500121 50161 53004',
    'proof',
    'person',
    'multi-factor authentication is required',
    SERVICE_PRINCIPAL,
  ],
  ['50088', 'proof', 'person', 'too many MFA calls or messages were sent', `Wait some minutes. ${SIGN_IN_AGAIN}`],
  [
    '70008 700082 700084 70043 70000 50173 50132 50133 50089 50139 50085',
    'session',
    'person',
    'the sign-in or refresh token has expired or was revoked',
    SIGN_IN_AGAIN,
  ],
  [
    '54005 700005 7000012 70000121 501481 50147 501491',
    'session',
    'person',
    'the authorization code is not valid for this request, or was already used',
    SIGN_IN_AGAIN,
  ],
  [
    '50058 700020 16001 16002 160021 50140 50199',
    'session',
    'person',
    'the person must sign in interactively',
    SIGN_IN_AGAIN,
  ],
  [
    '500131 50013 7000114 240002 50010',
    'assertion',
    'operator',
    "this app registration cannot exchange the caller's token",
    'The caller must request a token for the app registration that clientId of the profile names. CALLER_AUDIENCE must be its client id or App ID URI.',
  ],
  [
    '500133',
    'assertion',
    'person',
    "the caller's token has expired",
    'The calling application must request a new token for this API and call again.',
  ],
  [
    '53003 530032 530031 53000 53001 53002 530034 53009 53010 53011 50005 50131',
    'policy',
    'administrator',
    'Conditional Access blocks this sign-in',
    `${SIGN_IN_LOG}. Then allow the function app's outbound IP addresses in it, or exclude the app or the account.`,
  ],
  [
    '530035',
    'policy',
    'administrator',
    'the security defaults of the tenant block this sign-in',
    `${SIGN_IN_LOG}. ${SERVICE_PRINCIPAL}`,
  ],
  [
    '50097 50129 50155 50187 700003',
    'policy',
    'person',
    'a policy requires a registered device',
    'The person must sign in on a device that the organization manages.',
  ],
  [
    '50002 500021 500022 500212 500213',
    'policy',
    'administrator',
    'tenant restrictions or cross-tenant access settings block this sign-in',
    'Entra admin center > External Identities > Cross-tenant access settings. For tenant restrictions ask the operator of the network proxy that sends Restrict-Access-To-Tenants.',
  ],
  [
    '50196',
    'request',
    'operator',
    'Entra received too many identical requests',
    'A program requests tokens in a loop with this app registration. Look for other programs that use it without a token cache.',
  ],
  ['90055', 'service', 'time', 'the tenant is throttled', TRY_LATER],
  [
    '50033 90006 90012 90024 90033 90090 90091 50087 40010 70012 51005',
    'service',
    'time',
    'Entra has a temporary error',
    TRY_LATER,
  ],
  ['50000 90036 90092 50086', 'service', 'administrator', 'Entra has a permanent error', SUPPORT],
];

/** Every known code, like `AADSTS7000215`; the codes of a row share one refusal. */
export const ENTRA_CODES: ReadonlyMap<string, EntraRefusal> = new Map(
  ROWS.flatMap(([codes, subject, fixer, meaning, hint]) => {
    const refusal = { code: errorCodeOf(codes, subject, fixer), subject, fixer, meaning, hint };
    return codes.split(' ').map((number): [string, EntraRefusal] => [`AADSTS${number}`, refusal]);
  }),
);

function errorCodeOf(codes: string, subject: EntraSubject, fixer: EntraFixer): ErrorCode {
  if (subject === 'secret') return codes === '7000222' ? 'secret_expired' : 'secret_rejected';
  return fixer === 'time' ? 'upstream_unavailable' : 'issuer_rejected';
}

/** A code without a row. Entra's codes may change, so this is not a defect. Who can act is not known. */
export type UnknownEntraRefusal = Pick<EntraRefusal, 'code' | 'meaning' | 'hint'> &
  Partial<Pick<EntraRefusal, 'subject' | 'fixer'>>;

export const UNKNOWN_ENTRA_CODE: UnknownEntraRefusal = {
  code: 'issuer_rejected',
  meaning: 'the request was refused',
  hint: "Look the code up at https://login.microsoftonline.com/error, and the correlation id in the tenant's sign-in logs; Microsoft support asks for both ids.",
};

export function explainEntraCode(code: string): EntraRefusal | UnknownEntraRefusal {
  return ENTRA_CODES.get(code) ?? UNKNOWN_ENTRA_CODE;
}
