import { authenticateByAssertion } from './client-assertion.ts';
import type { Registration } from './directory.ts';
import { EntraRefusal } from './entra-refusal.ts';
import type { EntraService, Granted, TokenRequest } from './entra-service.ts';
import { isOriginOf } from './redirect-uris.ts';

interface PresentedCredentials {
  readonly clientId: string;
  readonly secret: string | undefined;
  readonly assertion: string | undefined;
}

/** The registration that sent the token request, after its credential was checked. */
export async function authenticateClient(service: EntraService, request: TokenRequest): Promise<Registration> {
  const { clientId, secret, assertion } = readCredentials(request);
  const registration = service.directory.findRegistration(request.tenantId, clientId);
  if (registration === undefined) {
    throw new EntraRefusal(
      700016,
      `Application with identifier '${clientId}' was not found in the directory '${request.tenantId}'.`,
    );
  }
  if (!registration.isEnabled) {
    throw new EntraRefusal(7000112, `Application '${clientId}' is disabled.`);
  }
  if (request.origin !== undefined && !isOriginOf(registration, request.origin)) throw pageIsForeign(request.origin);
  if (registration.isPublicClient || request.origin !== undefined)
    return authenticatePublicClient(request, registration, secret ?? assertion);
  if (assertion !== undefined) await authenticateByAssertion(service, request, { registration, assertion });
  else if (secret !== undefined) checkSecret(service, registration, secret);
  else throw registration.spaRedirectUris.length > 0 ? pageIsMissing() : missingCredential();
  return registration;
}

/** Codes and tokens that a page received can only be redeemed by a page. */
export function checkOrigin({ refreshUntilMs }: Granted, { origin }: TokenRequest): void {
  const isForPage = refreshUntilMs !== undefined;
  if (isForPage && origin === undefined) throw pageIsMissing();
  if (!isForPage && origin !== undefined) throw pageIsForeign(origin);
}

function pageIsMissing(): EntraRefusal {
  return new EntraRefusal(
    9002327,
    "Tokens issued for the 'Single-Page Application' client-type may only be redeemed via cross-origin requests.",
  );
}

function pageIsForeign(origin: string): EntraRefusal {
  return new EntraRefusal(
    9002326,
    "Cross-origin token redemption is permitted only for the 'Single-Page Application' client-type. " +
      `Request origin: '${origin}'.`,
  );
}

function readCredentials({ form, authorization }: TokenRequest): PresentedCredentials {
  const basic = /^Basic (.+)$/i.exec(authorization ?? '')?.[1];
  const [basicId, basicSecret] = basic === undefined ? [] : readBasic(basic);
  const clientId = form.get('client_id') ?? basicId ?? '';
  if (clientId === '') {
    throw new EntraRefusal(900144, "The request body must contain the following parameter: 'client_id'.");
  }
  return {
    clientId,
    secret: form.get('client_secret') ?? basicSecret,
    assertion: form.get('client_assertion') ?? undefined,
  };
}

/** Id and secret are form-encoded before they are joined: RFC 6749 section 2.3.1. */
function readBasic(credentials: string): readonly [string, string] {
  const text = Buffer.from(credentials, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  try {
    const decode = (part: string): string => decodeURIComponent(part.replaceAll('+', ' '));
    return [decode(text.slice(0, colon)), decode(text.slice(colon + 1))];
  } catch {
    // A client that does not encode sends a %. Entra says that the request is malformed.
    throw malformedRequest();
  }
}

export function malformedRequest(): EntraRefusal {
  return new EntraRefusal(9002313, 'Invalid request. Request is malformed or invalid.');
}

function missingCredential(): EntraRefusal {
  return new EntraRefusal(
    7000218,
    "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.",
  );
}

function authenticatePublicClient(
  { form }: TokenRequest,
  registration: Registration,
  credential: string | undefined,
): Registration {
  if (credential !== undefined) {
    throw new EntraRefusal(
      700025,
      "Client is public so neither 'client_assertion' nor 'client_secret' should be presented.",
    );
  }
  if (form.get('grant_type') === 'client_credentials') throw missingCredential();
  return registration;
}

function checkSecret(service: EntraService, registration: Registration, presented: string): void {
  const nowMs = service.nowMs();
  const secret = registration.clientSecrets.find(
    ({ value, addedAtMs }) => value === presented && nowMs - addedAtMs >= service.controls.requireSecretReplicationMs,
  );
  if (secret === undefined) {
    throw new EntraRefusal(
      7000215,
      'Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, ' +
        `not the client secret ID, for a secret added to app '${registration.clientId}'.`,
    );
  }
  if (secret.expiresAtMs !== undefined && secret.expiresAtMs <= nowMs) {
    throw new EntraRefusal(7000222, `The provided client secret keys for app '${registration.clientId}' are expired.`);
  }
}
