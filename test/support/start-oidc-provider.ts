import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import tls from 'node:tls';
import { exportJWK, generateKeyPair, SignJWT, type JWTPayload } from 'jose';
import { prepareServerCertificates } from '../../local/emulators/certificate-authority.ts';

/** An OpenID provider that is not Entra: its metadata, its keys, and tokens signed with them. */
export interface OidcProvider {
  /** Also the issuer in its tokens. */
  readonly issuer: string;
  /** The requested paths, in order. */
  readonly requests: string[];
  /** Members of the metadata that are replaced or, if undefined, left out. */
  metadata: Readonly<Record<string, unknown>>;
  /** The answer on every path, if set. */
  fault: { readonly status: number; readonly text: string } | undefined;
  /** A token for the audience `our-api`, changed by `claims`. */
  issue(claims?: JWTPayload, algorithm?: string): Promise<string>;
  close(): void;
}

const ALGORITHMS = ['RS256', 'PS256', 'ES256', 'ES384', 'RS512'];

export async function startOidcProvider(nowMs: () => number): Promise<OidcProvider> {
  const directory = mkdtempSync(join(tmpdir(), 'oidc-provider-'));
  const { authorityPem } = await prepareServerCertificates(directory);
  tls.setDefaultCACertificates([...tls.getCACertificates('default'), authorityPem]);
  const pairs = await Promise.all(
    ALGORITHMS.map(async (algorithm) => ({ algorithm, ...(await generateKeyPair(algorithm)) })),
  );
  const keys = await Promise.all(
    pairs.map(async ({ algorithm, publicKey }) => ({ ...(await exportJWK(publicKey)), kid: algorithm, use: 'sig' })),
  );
  const server = createServer(
    { key: readFileSync(join(directory, 'server-key.pem')), cert: readFileSync(join(directory, 'server.pem')) },
    ({ url = '' }, response) => {
      provider.requests.push(url);
      const { issuer, metadata, fault } = provider;
      const bodies: Readonly<Record<string, unknown>> = {
        '/.well-known/openid-configuration': { issuer, jwks_uri: `${issuer}/keys`, ...metadata },
        '/keys': { keys },
      };
      const known = Object.hasOwn(bodies, url);
      response.writeHead(fault?.status ?? (known ? 200 : 501)).end(fault?.text ?? JSON.stringify(bodies[url] ?? {}));
    },
  ).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const provider: OidcProvider = {
    issuer: `https://localhost:${(server.address() as AddressInfo).port}`,
    requests: [],
    metadata: {},
    fault: undefined,
    issue(claims = {}, algorithm = 'RS256') {
      const pair = pairs.find((one) => one.algorithm === algorithm);
      if (pair === undefined) throw new Error(`This provider has no key for ${algorithm}.`);
      const seconds = Math.floor(nowMs() / 1000);
      return new SignJWT({ iss: provider.issuer, aud: 'our-api', sub: 'ada', exp: seconds + 600, ...claims })
        .setProtectedHeader({ alg: algorithm, kid: algorithm, typ: 'at+jwt' })
        .sign(pair.privateKey);
    },
    close() {
      server.close();
      server.closeAllConnections();
      rmSync(directory, { recursive: true });
    },
  };
  return provider;
}
