import { createHash } from 'node:crypto';
import { compactVerify, decodeJwt, decodeProtectedHeader } from 'jose';
import type { JWTPayload, ProtectedHeaderParameters } from 'jose';
import type { Registration } from './directory.ts';
import { EntraRefusal } from './entra-refusal.ts';
import type { EntraService, TokenRequest } from './entra-service.ts';

/** As in Entra. MSAL needs it: it rounds the start of an assertion up to the next second. */
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

/** A JWT instead of a secret: signed with the registration's certificate, or issued by an issuer that the registration trusts. */
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
    // Entra's message is also this short.
    throw new EntraRefusal(50012, 'Client assertion is malformed: it is not a JWT.');
  }
}

async function checkCertificateAssertion(
  service: EntraService,
  { tenantId, form }: TokenRequest,
  { registration, assertion, header, claims }: DecodedAssertion,
): Promise<void> {
  const thumbprint = header['x5t#S256'] ?? header.x5t;
  const certificate = registration.certificates.find(({ raw }) => isThumbprintOf(raw, thumbprint));
  if (certificate === undefined) {
    throw new EntraRefusal(
      700027,
      'The certificate with identifier used to sign the client assertion is not registered on application. ' +
        `[Thumbprint of key used by client: '${typeof thumbprint === 'string' ? thumbprint : ''}']`,
    );
  }
  await compactVerify(assertion, certificate.publicKey, { algorithms: ['RS256', 'PS256'] }).catch(() => {
    throw new EntraRefusal(700027, 'Client assertion failed signature validation.');
  });
  const url = `${service.url()}/${tenantId}`;
  const audiences = [`${url}/oauth2/v2.0/token`, `${url}/oauth2/token`, `${url}/v2.0`];
  const isOurs = [claims.aud].flat().some((audience) => audience !== undefined && audiences.includes(audience));
  if (!isOurs) throw new EntraRefusal(700023, 'Client assertion audience claim does not match Realm issuer.');
  if (claims.sub !== registration.clientId || ![null, claims.iss].includes(form.get('client_id'))) {
    throw new EntraRefusal(700021, "Client assertion application identifier doesn't match 'client_id' parameter.");
  }
  checkValidity(claims, service.nowMs());
  spendAssertion(service, claims);
}

/** SHA-256 or, as MSAL.NET sends beside RS256, SHA-1 of the certificate. */
function isThumbprintOf(certificate: Uint8Array, thumbprint: unknown): boolean {
  return ['sha256', 'sha1'].some((name) => thumbprint === createHash(name).update(certificate).digest('base64url'));
}

function checkValidity({ nbf, exp }: JWTPayload, nowMs: number): void {
  const startSeconds = nbf === undefined ? 0 : readSeconds('nbf', nbf);
  const endSeconds = readSeconds('exp', exp);
  const nowSeconds = nowMs / 1000;
  if (startSeconds - clockToleranceSeconds > nowSeconds || endSeconds + clockToleranceSeconds <= nowSeconds) {
    throw new EntraRefusal(700024, 'Client assertion is not within its valid time range.');
  }
}

/** A number or, as MSAL.NET writes it, a string of digits. */
function readSeconds(claim: string, value: unknown): number {
  if (typeof value === 'number') return value;
  if (typeof value === 'string' && /^\d+$/.test(value)) return Number(value);
  throw malformedClaim(claim);
}

function spendAssertion({ usedAssertionIds }: EntraService, { iss, jti }: JWTPayload): void {
  if (typeof jti !== 'string') throw malformedClaim('jti');
  const id = `${String(iss)}/${jti}`;
  if (usedAssertionIds.has(id)) {
    throw new EntraRefusal(50012, 'Client assertion was used before: its jti must be unique.');
  }
  usedAssertionIds.add(id);
}

function malformedClaim(claim: string): EntraRefusal {
  return new EntraRefusal(50012, `Client assertion is malformed: claim '${claim}'.`);
}

/** Entra checks in this order: signature, whether the app has a credential at all, then issuer, subject and audience. */
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
