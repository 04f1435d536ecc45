import { randomUUID } from 'node:crypto';
import type { Clock, Moment } from '../clock.ts';
import { ServiceError, UpstreamError } from '../errors.ts';
import type { CertificateCache } from '../secrets/certificate-cache.ts';
import type { VaultCertificate } from '../secrets/vault-certificates.ts';
import type { Budget } from '../upstream/budget.ts';
import { authenticateByAssertion } from './client-assertion.ts';
import type { AuthenticationContext, ClientAuthenticator } from './client-authenticator.ts';

export interface CertificateAuthenticatorOptions {
  readonly certificateName: string;
  /** Entra takes PS256 and recommends it; RS256 is what every issuer knows. */
  readonly algorithm: 'PS256' | 'RS256';
}

const ASSERTION_LIFETIME_SECONDS = 300;

/** `private_key_jwt` (OpenID Connect Core section 9) with a certificate in Key Vault, signed there where the vault can. */
export function createCertificateAuthenticator(
  { certificateName, algorithm }: CertificateAuthenticatorOptions,
  { certificates, clock }: { certificates: CertificateCache; clock: Clock },
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

  async function findRenewed(
    refused: VaultCertificate,
    since: Moment,
    budget: Budget,
  ): Promise<VaultCertificate | undefined> {
    try {
      const newest = await certificates.reread(certificateName, since, budget);
      return newest.version === refused.version ? undefined : newest;
    } catch (error) {
      // The refusal is what the caller must hear of; that the vault is away as well would only hide it.
      if (error instanceof ServiceError) return undefined;
      throw error;
    }
  }

  return {
    name: `certificate:${certificateName}`,
    version: () => certificates.peek(certificateName)?.version,
    async authenticate(context, attempt) {
      const since = clock.now();
      const certificate = await certificates.get(certificateName, context.budget);
      try {
        return await attempt(authenticateByAssertion(await prove(certificate, context)));
      } catch (error) {
        if (!isCredentialRefusal(error)) throw error;
        const renewed = await findRenewed(certificate, since, context.budget);
        if (renewed === undefined) throw error;
        return attempt(authenticateByAssertion(await prove(renewed, context)));
      }
    },
  };
}

/** Issuers tell a certificate that is no longer registered in many ways: any refusal is worth one look into the vault. */
function isCredentialRefusal(error: unknown): boolean {
  return error instanceof UpstreamError && (error.code === 'issuer_rejected' || error.code === 'secret_rejected');
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
