import { createHash } from 'node:crypto';
import { decodeJwt, decodeProtectedHeader, errors, jwtVerify } from 'jose';
import type { JWTPayload, ProtectedHeaderParameters } from 'jose';
import type { Registration } from './directory.ts';
import { EntraRefusal } from './entra-refusal.ts';
import type { EntraService, TokenRequest } from './entra-service.ts';

/** Entra's own. MSAL needs it: it rounds the start of an assertion up to the next second. */
const clockToleranceSeconds = 300;

const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

interface PresentedAssertion {
  readonly registration: Registration;
  readonly assertion: string;
}

interface DecodedAssertion extends PresentedAssertion {
  readonly header: ProtectedHeaderParameters;
  readonly claims: JWTPayload;
}

/** A JWT instead of a secret: signed with the registration's certificate, or issued by one that it trusts. */
export async function authenticateByAssertion(
  service: EntraService,
  request: TokenRequest,
  presented: PresentedAssertion,
): Promise<void> {
  if (request.form.get('client_assertion_type') !== assertionType) {
    throw new EntraRefusal(900144, "The request body must contain the following parameter: 'client_assertion_type'.");
  }
  const decoded = decode(presented);
  if (decoded.claims.iss === presented.registration.clientId) {
    await checkCertificateAssertion(service, request, decoded);
  } else {
    await checkFederatedAssertion(service, decoded);
  }
}

function decode({ registration, assertion }: PresentedAssertion): DecodedAssertion {
  try {
    return { registration, assertion, header: decodeProtectedHeader(assertion), claims: decodeJwt(assertion) };
  } catch {
    // jose's reason is of no use to the client: Entra, too, says no more than that it is no assertion.
    throw new EntraRefusal(50012, 'Client assertion is malformed: it is not a JWT.');
  }
}

async function checkCertificateAssertion(
  service: EntraService,
  { tenantId, form }: TokenRequest,
  { registration, assertion, header, claims }: DecodedAssertion,
): Promise<void> {
  const thumbprint = header['x5t#S256'];
  const certificate = registration.certificates.find(
    ({ raw }) => thumbprint === createHash('sha256').update(raw).digest('base64url'),
  );
  if (certificate === undefined) {
    throw new EntraRefusal(
      700027,
      'The certificate with identifier used to sign the client assertion is not registered on application. ' +
        `[Thumbprint of key used by client: '${String(thumbprint)}']`,
    );
  }
  const url = `${service.url()}/${tenantId}`;
  const audience = [`${url}/oauth2/v2.0/token`, `${url}/oauth2/token`, `${url}/v2.0`];
  try {
    await jwtVerify(assertion, certificate.publicKey, {
      algorithms: ['RS256', 'PS256'],
      audience,
      subject: registration.clientId,
      requiredClaims: ['exp', 'jti'],
      currentDate: new Date(service.nowMs()),
      clockTolerance: clockToleranceSeconds,
    });
  } catch (error) {
    throw toAssertionRefusal(error);
  }
  if (form.get('client_id') !== null && form.get('client_id') !== claims.iss) {
    throw new EntraRefusal(700021, "Client assertion application identifier doesn't match 'client_id' parameter.");
  }
  const id = `${registration.clientId}/${String(claims.jti)}`;
  if (service.usedAssertionIds.has(id)) {
    throw new EntraRefusal(50012, 'Client assertion was used before: its jti must be unique.');
  }
  service.usedAssertionIds.add(id);
}

function toAssertionRefusal(error: unknown): EntraRefusal {
  if (error instanceof errors.JWTExpired) {
    return new EntraRefusal(700024, 'Client assertion is not within its valid time range.');
  }
  if (error instanceof errors.JWTClaimValidationFailed) {
    switch (error.claim) {
      case 'aud':
        return new EntraRefusal(700023, 'Client assertion audience claim does not match Realm issuer.');
      case 'nbf':
        return new EntraRefusal(700024, 'Client assertion is not within its valid time range.');
      case 'sub':
        return new EntraRefusal(700021, "Client assertion application identifier doesn't match 'client_id' parameter.");
      default:
        return new EntraRefusal(50012, `Client assertion is malformed: claim '${error.claim}'.`);
    }
  }
  return new EntraRefusal(700027, 'Client assertion failed signature validation.');
}

/** The order of the checks is Entra's: signature, then whether the app has a credential at all, then issuer, subject and audience. */
async function checkFederatedAssertion(
  service: EntraService,
  { registration, assertion, claims }: DecodedAssertion,
): Promise<void> {
  const inspection = await service.signingKey.inspect(assertion);
  if (!inspection.valid) {
    throw inspection.reason === 'expired' || inspection.reason === 'not-yet-valid'
      ? new EntraRefusal(700024, 'Client assertion is not within its valid time range.')
      : new EntraRefusal(700027, 'Client assertion failed signature validation.');
  }
  if (registration.federatedCredentials.length === 0) {
    throw new EntraRefusal(
      70025,
      `The client '${registration.clientId}' has no configured federated identity credentials.`,
    );
  }
  const sameIssuer = registration.federatedCredentials.filter(({ issuer }) => issuer === claims.iss);
  const sameSubject = sameIssuer.filter(({ subject }) => subject === claims.sub);
  const noMatch = 'No matching federated identity record found for presented assertion';
  if (sameIssuer.length === 0) throw new EntraRefusal(700211, `${noMatch} issuer '${String(claims.iss)}'.`);
  if (sameSubject.length === 0) throw new EntraRefusal(700213, `${noMatch} subject '${String(claims.sub)}'.`);
  if (!sameSubject.some(({ audience }) => audience === claims.aud)) {
    throw new EntraRefusal(700212, `${noMatch} audience '${String(claims.aud)}'.`);
  }
  if (claims['idtyp'] !== 'app') {
    throw new EntraRefusal(700229, 'Only app-only tokens can be used as federated identity credentials.');
  }
}
