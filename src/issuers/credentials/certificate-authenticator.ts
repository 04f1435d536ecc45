import { randomUUID } from 'node:crypto';
import type { Clock } from '../../clock.ts';
import type { UpstreamError } from '../../errors.ts';
import type { Log } from '../../log.ts';
import type { VaultCertificate } from '../../secrets/certificate-store.ts';
import type { VaultObjectCache } from '../../secrets/vault-object-cache.ts';
import { authenticateByAssertion } from './client-assertion.ts';
import type { AuthenticationContext, ClientAuthenticator } from './client-authenticator.ts';
import { rideOutRotation } from './ride-out-rotation.ts';

export interface CertificateAuthenticatorOptions {
  readonly certificateName: string;
  /** Entra takes PS256 and recommends it; RS256 is what every issuer knows. */
  readonly algorithm: 'PS256' | 'RS256';
}

const ASSERTION_LIFETIME_SECONDS = 300;

/** `private_key_jwt` (OpenID Connect Core section 9) with a certificate in Key Vault, signed there where the vault can. */
export function createCertificateAuthenticator(
  { certificateName, algorithm }: CertificateAuthenticatorOptions,
  { certificates, clock, log }: { certificates: VaultObjectCache<VaultCertificate>; clock: Clock; log: Log },
): ClientAuthenticator {
  async function createAssertion(certificate: VaultCertificate, context: AuthenticationContext): Promise<string> {
    const issuedAt = Math.floor(clock.now().wallMs / 1000);
    const header = { alg: algorithm, typ: 'JWT', 'x5t#S256': certificate.x5tS256 };
    const claims = {
      aud: context.audience,
      iss: context.clientId,
      sub: context.clientId,
      jti: randomUUID(),
      iat: issuedAt,
      nbf: issuedAt,
      exp: issuedAt + ASSERTION_LIFETIME_SECONDS,
    };
    const signed = `${encode(header)}.${encode(claims)}`;
    const signature = await certificate.sign(algorithm, Buffer.from(signed), context.budget);
    return `${signed}.${Buffer.from(signature).toString('base64url')}`;
  }

  async function prove(certificate: VaultCertificate, context: AuthenticationContext): Promise<() => Promise<string>> {
    // Signed before the issuer is asked, so that a slow vault does not pass for a slow issuer; a retry signs anew, since
    // an assertion is good for one request.
    let ready: string | undefined = await createAssertion(certificate, context);
    return async () => {
      const assertion = ready ?? (await createAssertion(certificate, context));
      ready = undefined;
      return assertion;
    };
  }

  return {
    name: `certificate:${certificateName}`,
    version: () => certificates.peek(certificateName)?.version,
    authenticate: (context, attempt) =>
      rideOutRotation(
        {
          credentials: certificates,
          credentialName: certificateName,
          clock,
          log,
          budget: context.budget,
          isRefusal: isCertificateRefusal,
          // However old the newest is: Key Vault renews by itself, and nobody may have uploaded what it made.
          mayFallBack: () => true,
        },
        async (certificate, newestRefusal) =>
          attempt(authenticateByAssertion(await prove(certificate, context)), newestRefusal),
      ),
  };
}

/** What Entra says where it does not know the certificate; other issuers say that they do not know the client. */
const CERTIFICATE_CODES = new Set(['AADSTS700027', 'AADSTS700030', 'AADSTS50012']);

function isCertificateRefusal({ code, upstream }: UpstreamError): boolean {
  return code === 'secret_rejected' || CERTIFICATE_CODES.has(upstream.code ?? '');
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
