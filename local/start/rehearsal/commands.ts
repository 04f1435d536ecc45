import type { Fault } from '../../emulators/emulators.ts';

/** The services of Azure that can fail in a rehearsal, with the key that selects each in the terminal. */
export const services = [
  { id: 'key-vault', label: 'Key Vault', key: 'k' },
  { id: 'entra', label: 'Entra', key: 'e' },
  { id: 'identity-endpoint', label: 'The identity endpoint', key: 'i' },
  { id: 'power-bi', label: 'Power BI', key: 'p' },
] as const;

export type ServiceId = (typeof services)[number]['id'];

const slowMs = 5000;
const retryAfterSeconds = 10;

/** The ways in which a service can fail. */
export const faults = [
  { id: 'slow', label: 'slow', effect: `answers after ${slowMs / 1000} s`, key: '1' },
  { id: 'silent', label: 'silent', effect: 'accepts requests and never answers', key: '2' },
  { id: 'throttling', label: 'throttling', effect: `answers 429, Retry-After ${retryAfterSeconds} s`, key: '3' },
  { id: 'refusing', label: 'refusing', effect: 'answers that this app has no access (403 or 400)', key: '4' },
  { id: 'cut-off', label: 'cut off', effect: 'closes every connection', key: '5' },
] as const;

export type FaultId = (typeof faults)[number]['id'];

/** Actions on the whole system. */
export const actions = [
  {
    id: 'rotate-secret',
    label: 'rotate the secret',
    effect: 'a new client secret in Entra and Key Vault; the old one stops working',
    key: 'r',
  },
  { id: 'expire-secret', label: 'expire the secret', effect: 'Entra refuses the client secret as expired', key: 'x' },
  {
    id: 'short-tokens',
    label: 'short tokens',
    effect: 'tokens live one minute instead of an hour; restarts the function app',
    key: 's',
  },
  { id: 'restart', label: 'restart', effect: 'a new worker of the function app, with nothing in its cache', key: 'n' },
  {
    id: 'heal',
    label: 'heal',
    effect: 'everything works again, new tokens live an hour, and the caller stops when it gets a token',
    key: 'h',
  },
] as const;

export type ActionId = (typeof actions)[number]['id'];

export type RehearsalCommand =
  | { readonly kind: 'fault'; readonly service: ServiceId; readonly fault: FaultId | undefined }
  | { readonly kind: 'action'; readonly action: ActionId };

const refusals: Readonly<Record<ServiceId, { readonly status: number; readonly body: unknown }>> = {
  'key-vault': {
    status: 403,
    body: {
      error: {
        code: 'Forbidden',
        message: 'Caller is not authorized to perform action on resource.',
        innererror: { code: 'ForbiddenByRbac' },
      },
    },
  },
  entra: {
    status: 400,
    body: {
      error: 'unauthorized_client',
      error_description: 'AADSTS700016: Application was not found in the directory.',
      error_codes: [700016],
    },
  },
  'identity-endpoint': {
    status: 400,
    body: { statusCode: 400, message: 'No managed identity found for the given ClientId/ResourceId/PrincipalId.' },
  },
  'power-bi': { status: 403, body: { error: { code: 'PowerBINotAuthorizedException' } } },
};

/**
 * Whether a fault affects the request. In Azure the frame of a report comes from another host than Power BI's API, so it does not
 * fail with the API.
 */
export function isAffected({ path }: { readonly path: string }, service: ServiceId): boolean {
  return service !== 'power-bi' || path.startsWith('/v1.0/');
}

/** The fault of a stand-in that rehearses `fault` of `service`. */
export function toEmulatorFault(service: ServiceId, fault: FaultId): Fault {
  switch (fault) {
    case 'slow':
      return { kind: 'slow', delayMs: slowMs };
    case 'silent':
      return { kind: 'silent' };
    case 'throttling':
      return { kind: 'throttled', retryAfterSeconds };
    case 'refusing':
      return { kind: 'status', ...refusals[service] };
    case 'cut-off':
      return { kind: 'cut-off' };
  }
}
