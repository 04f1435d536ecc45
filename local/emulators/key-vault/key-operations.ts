import { createHash, createPublicKey } from 'node:crypto';
import * as v from 'valibot';
import type { Answer } from '../emulator.ts';
import type { CertificateStore, VaultCertificate } from './certificate-store.ts';
import { digestBytes, signDigest } from './sign-digest.ts';
import { answerPage, refuse, toEpochSeconds, type VaultOperation } from './vault-answers.ts';

const SignRequest = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({ alg: v.picklist(['RS256', 'PS256']), value: v.string() }),
);

/** GET /keys/{name}[/{version}] and POST /keys/{name}/{version}/sign, for the keys of certificates. */
export function answerKeyOperation(
  store: CertificateStore,
  { request, path: [name = '', ...rest] }: VaultOperation,
): Answer | undefined {
  const isSigning = rest.at(-1) === 'sign';
  const [version, ...more] = isSigning ? rest.slice(0, -1) : rest;
  if (more.length > 0 || request.method !== (isSigning ? 'POST' : 'GET')) return undefined;
  const certificate = store.find(name, version);
  if (certificate === undefined) {
    return refuse(404, 'KeyNotFound', `A key with (name/id) ${name} was not found in this key vault.`);
  }
  return isSigning ? sign(certificate, request.body) : describeKey(certificate);
}

/** GET /certificates/{name}[/{version}] and GET /certificates/{name}/versions. */
export function answerCertificateOperation(
  store: CertificateStore,
  { vaultUrl, request, path: [name = '', version, ...more] }: VaultOperation,
): Answer | undefined {
  if (more.length > 0 || request.method !== 'GET') return undefined;
  if (version === 'versions') {
    const versions = store.versionsOf(name).map((certificate) => describeCertificate(certificate, vaultUrl));
    return answerPage(request.query, `${vaultUrl}/certificates/${name}/versions`, versions);
  }
  const certificate = store.find(name, version);
  if (certificate === undefined) {
    const message = `A certificate with (name/id) ${name} was not found in this key vault.`;
    return refuse(404, 'CertificateNotFound', message);
  }
  const { certificateDer, keyId, contentType } = certificate;
  return {
    status: 200,
    body: {
      ...describeCertificate(certificate, vaultUrl),
      kid: keyId,
      sid: `${vaultUrl}/secrets/${certificate.name}/${certificate.version}`,
      cer: certificateDer.toString('base64'),
      contentType,
    },
  };
}

function describeCertificate(certificate: VaultCertificate, vaultUrl: string): Record<string, unknown> {
  return {
    id: `${vaultUrl}/certificates/${certificate.name}/${certificate.version}`,
    x5t: createHash('sha1').update(certificate.certificateDer).digest('base64url'),
    attributes: attributesOf(certificate),
  };
}

function sign({ keyId, privateKey }: VaultCertificate, body: string): Answer {
  const parsed = v.safeParse(SignRequest, body);
  const digest = parsed.success ? Buffer.from(parsed.output.value, 'base64url') : undefined;
  if (!parsed.success || digest?.length !== digestBytes) {
    return refuse(400, 'BadParameter', 'alg must be RS256 or PS256, and value a SHA-256 digest in base64url.');
  }
  if (privateKey.asymmetricKeyType !== 'rsa') {
    return refuse(400, 'BadParameter', 'Key and signing algorithm are incompatible: the key is an elliptic-curve key.');
  }
  const signature = signDigest(privateKey, parsed.output.alg, digest);
  return { status: 200, body: { kid: keyId, value: signature.toString('base64url') } };
}

function describeKey(certificate: VaultCertificate): Answer {
  const { n, e } = createPublicKey(certificate.privateKey.export({ type: 'pkcs8', format: 'pem' })).export({
    format: 'jwk',
  });
  return {
    status: 200,
    body: {
      key: { kid: certificate.keyId, kty: 'RSA', key_ops: ['sign', 'verify'], n, e },
      attributes: attributesOf(certificate),
      managed: true,
    },
  };
}

function attributesOf({ createdOn, expiresOn }: VaultCertificate): Record<string, unknown> {
  return {
    enabled: true,
    exp: toEpochSeconds(expiresOn),
    created: toEpochSeconds(createdOn),
    updated: toEpochSeconds(createdOn),
    recoveryLevel: 'Recoverable+Purgeable',
    recoverableDays: 90,
  };
}
