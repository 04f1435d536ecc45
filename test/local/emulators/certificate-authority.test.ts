import { X509Certificate } from 'node:crypto';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import https from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { prepareServerCertificates } from '../../../local/emulators/certificate-authority.ts';
import { startEmulators } from '../../../local/emulators/emulators.ts';

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'emulator-certificates-'));
});

afterEach(() => rm(directory, { recursive: true }));

function statusOf(url: string, ca?: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    https
      .get(url, { agent: false, ...(ca === undefined ? {} : { ca }) }, (response) => {
        response.resume();
        resolve(response.statusCode);
      })
      .on('error', reject);
  });
}

test('a client that trusts the authority connects by name and by address, and another client does not', async () => {
  const emulators = await startEmulators();
  try {
    const byName = `${emulators.keyVault.url}/secrets/any`;
    const byAddress = byName.replace('localhost', '127.0.0.1');
    expect(await statusOf(byName, emulators.certificateAuthorityPem)).toBe(401);
    expect(await statusOf(byAddress, emulators.certificateAuthorityPem)).toBe(401);
    await expect(statusOf(byName)).rejects.toMatchObject({ code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' });
  } finally {
    await emulators.close();
  }
});

test('valid certificates of a directory are reused', async () => {
  const first = await prepareServerCertificates(directory);
  expect(await prepareServerCertificates(directory)).toEqual(first);
  expect(first.authorityFile).toBe(join(directory, 'ca.pem'));
  expect(await readFile(join(directory, 'ca.pem'), 'utf8')).toBe(first.authorityPem);
});

test('only the owner of the private key file may read it', async () => {
  await prepareServerCertificates(directory);
  expect((await stat(join(directory, 'server-key.pem'))).mode & 0o777).toBe(0o600);
});

test.each([
  ['a file does not parse', 'server.pem'],
  ['the authority is another one', 'ca.pem'],
  ['the key belongs to another certificate', 'server-key.pem'],
])('new certificates are made if %s', async (_, file) => {
  const other = await prepareServerCertificates();
  const first = await prepareServerCertificates(directory);
  const spoilt = { 'server.pem': 'spoilt', 'ca.pem': other.authorityPem, 'server-key.pem': other.serverKeyPem };
  await writeFile(join(directory, file), spoilt[file as keyof typeof spoilt]);
  const second = await prepareServerCertificates(directory);
  expect(second.serverCertificatePem).not.toBe(first.serverCertificatePem);
  expect(await prepareServerCertificates(directory)).toEqual(second);
});

test('certificates that expire soon are replaced', async () => {
  const first = await prepareServerCertificates(directory);
  const endMs = Date.parse(new X509Certificate(first.serverCertificatePem).validTo);
  const clock = jest.spyOn(Date, 'now').mockReturnValue(endMs - 24 * 60 * 60 * 1000);
  const second = await prepareServerCertificates(directory);
  clock.mockRestore();
  expect(Date.parse(new X509Certificate(second.serverCertificatePem).validTo)).toBeGreaterThan(endMs);
});

test('the certificate names every loopback host and may not sign other certificates', async () => {
  const server = new X509Certificate((await prepareServerCertificates()).serverCertificatePem);
  expect(server.subjectAltName).toBe('DNS:localhost, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1');
  expect(server.ca).toBe(false);
});
