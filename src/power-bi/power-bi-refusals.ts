import type { TokenHolder } from '../config/profiles/profile.ts';

/** What to do about a refusal: one hint for all, or one for each kind of token. */
type Hint = string | Readonly<Record<TokenHolder, string>>;

const NO_ACCESS = {
  'service-principal':
    'Power BI admin portal > Tenant settings > Developer settings: enable "Service principals can call Fabric public APIs" for a group that ' +
    'contains the service principal. Then give the service principal a role in the workspace (to read: Viewer; to embed: Member). A change takes up to 15 minutes.',
  'master-user':
    'Give the master user ("username" of the profile) a role in the workspace: Power BI > Workspace > Manage access. ' +
    'The user needs a Power BI Pro or Premium Per User licence and must have signed in to Power BI once.',
  person:
    'Give the person a role in the workspace or access to the item: Power BI > Workspace > Manage access. ' +
    'The app registration needs delegated permissions of Power BI Service: App registrations > API permissions.',
} as const;

const CHECK_IDS =
  'Check the ids of workspace, report and dataset: they are in the URL when the item is open in Power BI. ' +
  "The token's account must have a role in that workspace. Without a role Power BI says that the item does not exist.";

const CHECK_REQUEST =
  'Check the ids and the parameters of the request against the Power BI REST API reference. Give Microsoft support the request id (upstream.correlation_id).';

const CHECK_ADDRESS =
  'Check POWERBI_API_URL and POWERBI_CLOUD: the URL must be the root of the Power BI REST API, without /v1.0/myorg.';

const GET_NEW_TOKEN = {
  'service-principal':
    'Power BI also refused a new token. Check the clocks of this machine and of the issuer. Then check Entra admin center > Sign-in logs > Service principal sign-ins.',
  'master-user':
    'Power BI also refused a new token. Check the clocks of this machine and of the issuer. Then check Entra admin center > Sign-in logs for the master user.',
  person: 'The person must sign in again. If this error has "claims", send them with the sign-in.',
} as const;

/** Power BI's codes, from its answers' `error.code` or the header X-PowerBI-Error-Info. */
const HINTS_BY_CODE: Readonly<Record<string, Hint>> = {
  PowerBINotAuthorizedException: NO_ACCESS,
  ServicePrincipalIsNotAllowedByTenantAdminSwitch: NO_ACCESS['service-principal'],
  PowerBIEntityNotFound: CHECK_IDS,
  ItemNotFound: CHECK_IDS,
  PowerBIFolderNotFound: CHECK_IDS,
  CapacityNotActive:
    "The workspace's capacity is paused or deleted. Resume it (Azure portal: Power BI Embedded or Microsoft Fabric > the capacity > Resume), " +
    'or assign the workspace to another one (Workspace settings > License info).',
  CapacityLimitExceeded:
    "The workspace's capacity is overloaded. Scale it up (Azure portal: the capacity > Change size), or see what uses it in the Microsoft Fabric Capacity Metrics app.",
  InvalidRequest: CHECK_REQUEST,
  PowerBINotLicensedException: {
    'service-principal':
      'A service principal needs no licence. Assign the workspace to a capacity (Workspace settings > License info).',
    'master-user':
      'Give the master user a Power BI Pro or Premium Per User licence: Microsoft 365 admin center > Users > Active users > Licenses and apps.',
    person:
      'The person needs a Power BI licence: Pro or Premium Per User, or a free one if the workspace is on a capacity that allows it. ' +
      'Microsoft 365 admin center > Users > Active users > Licenses and apps.',
  },
  InsufficientScopes: {
    'service-principal':
      'Request the scope of the Power BI resource with /.default, and remove API permissions of Power BI from the app registration: a service principal needs none.',
    'master-user':
      'App registrations > API permissions: add the delegated permissions of Power BI Service that the request needs (Workspace.Read.All, Report.Read.All, Dataset.Read.All), and grant admin consent.',
    person:
      'App registrations > API permissions: add the delegated permissions of Power BI Service that the request needs (Workspace.Read.All, Report.Read.All, Dataset.Read.All), and grant consent. Then the person signs in again.',
  },
  TokenExpired: GET_NEW_TOKEN,
  invalid_token: GET_NEW_TOKEN,
  insufficient_claims: GET_NEW_TOKEN,
};

/** Second names of codes. */
const SAME_CODES: Readonly<Record<string, string>> = { PowerBINotLicensed: 'PowerBINotLicensedException' };

const MY_WORKSPACE =
  'A service principal has no My workspace ("API is not accessible for application"): name a workspace with ?workspace=ID. ';

const EMBED_QUOTA =
  ' Without a capacity the number of embed tokens is limited: assign the workspace to one (Workspace settings > License info).';

const HINTS_BY_STATUS: Readonly<Record<number, Hint>> = {
  400: CHECK_REQUEST,
  401: {
    'service-principal': `${NO_ACCESS['service-principal']} ${CHECK_ADDRESS}`,
    'master-user': `${NO_ACCESS['master-user']} ${CHECK_ADDRESS}`,
    person: GET_NEW_TOKEN.person,
  },
  403: {
    'service-principal': MY_WORKSPACE + NO_ACCESS['service-principal'] + EMBED_QUOTA,
    'master-user': NO_ACCESS['master-user'] + EMBED_QUOTA,
    person: NO_ACCESS.person,
  },
  404: CHECK_IDS,
};

/** What to do about Power BI's refusal: by its code, else by its status, and by the kind of token. */
export function explainPowerBiRefusal(
  { status, code = '' }: { readonly status: number; readonly code: string | undefined },
  holder: TokenHolder,
): string {
  const name = Object.hasOwn(SAME_CODES, code) ? (SAME_CODES[code] ?? code) : code;
  const byCode = Object.hasOwn(HINTS_BY_CODE, name) ? HINTS_BY_CODE[name] : undefined;
  const hint = byCode ?? HINTS_BY_STATUS[status] ?? CHECK_REQUEST;
  return typeof hint === 'string' ? hint : hint[holder];
}

/** Refusals of the token itself: another token may be accepted. */
const TOKEN_CODES: ReadonlySet<string> = new Set(['TokenExpired', 'invalid_token', 'insufficient_claims']);

/** Whether Power BI refused the token itself. A 401 with another code refuses the account, not the token. */
export function isAboutToken({
  status,
  code,
}: {
  readonly status?: number | undefined;
  readonly code?: string | undefined;
}): boolean {
  return code === undefined ? status === 401 : TOKEN_CODES.has(code);
}
