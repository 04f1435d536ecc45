import { randomUUID } from 'node:crypto';
import type { Clock } from '../../clock.ts';
import { UpstreamError } from '../../errors.ts';
import type { Log } from '../../log.ts';
import type { VaultCertificate } from '../../secrets/certificate-store.ts';
import type { VaultObjectCache } from '../../secrets/vault-object-cache.ts';
import { ENTRA_CODES } from '../../upstream/entra-codes.ts';
import { authenticateByAssertion } from './client-assertion.ts';
import type { AuthenticationContext, ClientAuthenticator } from './client-authenticator.ts';
import { createRotatingAuthenticator } from './rotating-authenticator.ts';

const ASSERTION_LIFETIME_SECONDS = 300;

interface Dependencies {
  readonly certificates: VaultObjectCache<VaultCertificate>;
  readonly clock: Clock;
  readonly log: Log;
}

/** `private_key_jwt` (OpenID Connect Core section 9) with a certificate in Key Vault, signed in the vault if it allows that. */
export function createCertificateAuthenticator(
  { certificateName }: { readonly certificateName: string },
  dependencies: Dependencies,
): ClientAuthenticator {
  const { certificates, clock } = dependencies;
  return createRotatingAuthenticator(
    {
      name: `certificate:${certificateName}`,
      vaultName: certificateName,
      versions: certificates,
      async prove(certificate, context) {
        // Signed before the request, so that a slow vault does not look like a slow issuer. An assertion is valid for one
        // request, so a retry needs another one.
        let ready: string | undefined = await signAssertion(certificate, context, clock);
        return authenticateByAssertion(async () => {
          const assertion = ready ?? (await signAssertion(certificate, context, clock));
          ready = undefined;
          return assertion;
        });
      },
      explainRefusal,
      // Key Vault renews certificates by itself, so even an old newest version may not be uploaded yet.
      mayFallBack: () => true,
    },
    dependencies,
  );
}

async function signAssertion(
  certificate: VaultCertificate,
  { clientId, assertion: { audience, type, algorithm }, budget }: AuthenticationContext,
  clock: Clock,
): Promise<string> {
  const issuedAt = Math.floor(clock.now().wallMs / 1000);
  const header = { alg: algorithm, typ: type, 'x5t#S256': certificate.x5tS256 };
  const claims = {
    aud: audience,
    iss: clientId,
    sub: clientId,
    jti: randomUUID(),
    iat: issuedAt,
    nbf: issuedAt,
    exp: issuedAt + ASSERTION_LIFETIME_SECONDS,
  };
  const signed = `${encode(header)}.${encode(claims)}`;
  const signature = await certificate.sign(algorithm, Buffer.from(signed), budget);
  return `${signed}.${Buffer.from(signature).toString('base64url')}`;
}

/** Entra has codes for an unknown certificate; other issuers say that they do not know the client. */
function explainRefusal(error: UpstreamError): UpstreamError | undefined {
  const { code, message, upstream } = error;
  if (ENTRA_CODES.get(upstream.code ?? '')?.subject === 'certificate') return error;
  if (code !== 'secret_rejected') return undefined;
  return new UpstreamError(code, message, upstream, {
    hint: "Check clientId, and that this client has the certificate of Key Vault, or its public key, in the issuer's console.",
  });
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
