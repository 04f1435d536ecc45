import { mkdtempSync, rmSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import tls from 'node:tls';
import { exportJWK, generateKeyPair } from 'jose';
import { OAuth2Server } from 'oauth2-mock-server';
import { prepareServerCertificates } from '../../local/emulators/certificate-authority.ts';

export interface ForeignRequest {
  readonly authorization: string | undefined;
  readonly form: Readonly<Record<string, unknown>>;
}

export interface ForeignIssuer {
  readonly url: string;
  /** Every token request, in the order they came. */
  readonly requests: ForeignRequest[];
  /** The number of reads of its metadata. */
  metadataReads(): number;
  /** Selects the requests that it accepts. */
  accept: (request: ForeignRequest) => boolean;
  /** Its refusal. Default: that of RFC 6749 section 5.2, with a description that quotes the request. */
  refusal: { readonly status: number; readonly body: unknown } | undefined;
  /** Members that replace those of its answers, or are added. */
  answerWith: Record<string, unknown>;
  close(): Promise<void>;
}

/** An issuer that is not Entra, and not ours: the npm package oauth2-mock-server, over HTTPS with a certificate that this process trusts. */
export async function startForeignIssuer(): Promise<ForeignIssuer> {
  const directory = mkdtempSync(join(tmpdir(), 'foreign-issuer-'));
  const { authorityPem } = await prepareServerCertificates(directory);
  tls.setDefaultCACertificates([...tls.getCACertificates('default'), authorityPem]);
  const server = new OAuth2Server(join(directory, 'server-key.pem'), join(directory, 'server.pem'));
  const { privateKey } = await generateKeyPair('RS256', { extractable: true });
  // Copied, because the package requires an object of its own realm, and Jest's tests have another realm.
  await server.issuer.keys.add({ ...(await exportJWK(privateKey)), alg: 'RS256', kid: 'foreign' });
  await server.start(0, 'localhost');
  let metadataReads = 0;
  const issuer: ForeignIssuer = {
    url: server.issuer.url ?? '',
    requests: [],
    metadataReads: () => metadataReads,
    accept: () => true,
    answerWith: {},
    refusal: undefined,
    async close() {
      await server.stop();
      rmSync(directory, { recursive: true });
    },
  };
  server.service.on('beforeWellKnownOpenIdConfiguration', () => {
    metadataReads += 1;
  });
  server.service.on(
    'beforeResponse',
    (response: { body: unknown; statusCode: number }, request: IncomingMessage & { body: Record<string, unknown> }) => {
      const received = { authorization: request.headers.authorization, form: { ...request.body } };
      issuer.requests.push(received);
      if (issuer.accept(received)) {
        response.body = { ...(response.body as object), ...issuer.answerWith };
      } else {
        const description = `What it was sent: ${JSON.stringify(received)}`;
        const refusal = issuer.refusal ?? {
          status: 401,
          body: { error: 'invalid_client', error_description: description },
        };
        response.statusCode = refusal.status;
        response.body = refusal.body;
      }
    },
  );
  return issuer;
}
