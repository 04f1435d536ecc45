// tsyringe, inside @peculiar/x509, requires this before it is loaded.
import 'reflect-metadata';
import { X509Certificate, createPrivateKey } from 'node:crypto';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { join } from 'node:path';
import * as x509 from '@peculiar/x509';

export interface ServerCertificates {
  /** The PEM of the authority that clients must trust. */
  readonly authorityPem: string;
  /** The file with that PEM. Undefined if nothing was written to disk. */
  readonly authorityFile: string | undefined;
  readonly serverCertificatePem: string;
  readonly serverKeyPem: string;
}

const serverNames = ['localhost', '127.0.0.1', '::1'];
const dayMs = 24 * 60 * 60 * 1000;
const validityMs = 30 * dayMs;
const remadeWithMs = 2 * dayMs;
const keyAlgorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };

/**
 * A certificate for the loopback names of this machine, and the authority that signed it. Those in `directory` are reused
 * while they are valid. Validity follows the real clock, because TLS clients use it.
 */
export async function prepareServerCertificates(directory?: string): Promise<ServerCertificates> {
  if (directory === undefined) return await makeCertificates(undefined);
  const kept = await readCertificates(directory);
  if (kept !== undefined && areGood(kept)) return kept;
  const made = await makeCertificates(join(directory, 'ca.pem'));
  await writeCertificates(directory, made);
  return made;
}

/** The authority's private key is dropped after one signature, so nothing else can be signed with what clients trust. */
async function makeCertificates(authorityFile: string | undefined): Promise<ServerCertificates> {
  const notBefore = new Date(Date.now() - dayMs);
  const notAfter = new Date(Date.now() + validityMs);
  const authorityKeys = await makeKeys();
  const serverKeys = await makeKeys();
  const authority = await x509.X509CertificateGenerator.createSelfSigned({
    name: 'CN=Local Azure emulators',
    keys: authorityKeys,
    signingAlgorithm: keyAlgorithm,
    notBefore,
    notAfter,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(authorityKeys.publicKey),
    ],
  });
  const server = await x509.X509CertificateGenerator.create({
    subject: 'CN=localhost',
    issuer: authority.subject,
    publicKey: serverKeys.publicKey,
    signingKey: authorityKeys.privateKey,
    signingAlgorithm: keyAlgorithm,
    notBefore,
    notAfter,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension(
        serverNames.map((name) => ({ type: isIP(name) === 0 ? ('dns' as const) : ('ip' as const), value: name })),
      ),
      await x509.AuthorityKeyIdentifierExtension.create(authorityKeys.publicKey),
    ],
  });
  const serverKey = await crypto.subtle.exportKey('pkcs8', serverKeys.privateKey);
  return {
    authorityPem: `${authority.toString('pem')}\n`,
    authorityFile,
    serverCertificatePem: `${server.toString('pem')}\n`,
    serverKeyPem: `${x509.PemConverter.encode(serverKey, 'PRIVATE KEY')}\n`,
  };
}

async function makeKeys(): Promise<CryptoKeyPair> {
  return await crypto.subtle.generateKey(keyAlgorithm, true, ['sign', 'verify']);
}

function areGood(certificates: ServerCertificates): boolean {
  try {
    const authority = new X509Certificate(certificates.authorityPem);
    const server = new X509Certificate(certificates.serverCertificatePem);
    return (
      Date.parse(server.validTo) > Date.now() + remadeWithMs &&
      server.verify(authority.publicKey) &&
      server.checkPrivateKey(createPrivateKey(certificates.serverKeyPem)) &&
      serverNames.every((name) => (isIP(name) === 0 ? server.checkHost(name) : server.checkIP(name)) !== undefined)
    );
  } catch {
    // Invalid files are replaced.
    return false;
  }
}

async function readCertificates(directory: string): Promise<ServerCertificates | undefined> {
  const authorityFile = join(directory, 'ca.pem');
  try {
    return {
      authorityPem: await readFile(authorityFile, 'utf8'),
      authorityFile,
      serverCertificatePem: await readFile(join(directory, 'server.pem'), 'utf8'),
      serverKeyPem: await readFile(join(directory, 'server-key.pem'), 'utf8'),
    };
  } catch {
    // This is the first start on this machine: there are no files yet.
    return undefined;
  }
}

async function writeCertificates(directory: string, certificates: ServerCertificates): Promise<void> {
  const keyFile = join(directory, 'server-key.pem');
  await mkdir(directory, { recursive: true, mode: 0o700 });
  await writeFile(keyFile, certificates.serverKeyPem, { mode: 0o600 });
  // The mode above applies only to a new file.
  await chmod(keyFile, 0o600);
  await writeFile(join(directory, 'server.pem'), certificates.serverCertificatePem);
  await writeFile(join(directory, 'ca.pem'), certificates.authorityPem);
}
