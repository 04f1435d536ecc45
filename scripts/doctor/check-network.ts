import tls from 'node:tls';
import type { SoundConfig } from '../../src/config/config.ts';
import { IGNORED_PROXY } from '../../src/config/is-proxy-ignored.ts';
import type { Clock } from '../../src/clock.ts';
import type { Finding } from './finding.ts';

/** Entra accepts assertions and tokens within five minutes of its own clock. */
const MOST_SKEW_MS = 300_000;
const WARN_SKEW_MS = 60_000;
export const CONNECT_TIMEOUT_MS = 5_000;

/** The issuers of the certificates of Microsoft's services. */
const KNOWN_ISSUERS = ['Microsoft Corporation', 'DigiCert Inc', 'DigiCert Ltd'];

/** Checks whether each upstream can be reached with TLS, whether a proxy intercepts TLS, and whether the clock is right. */
export async function checkNetwork(config: SoundConfig, clock: Clock): Promise<Finding[]> {
  const addresses = [config.cloud.authority, config.keyVault?.vaultUrl, config.cloud.powerBiApiUrl];
  const origins = [...new Set(addresses.filter((address) => address !== undefined))];
  const connections = await Promise.all(origins.map((origin) => checkConnection(origin)));
  const proxy: Finding[] = config.isProxyIgnored
    ? [
        {
          hop: 'network',
          status: 'warn',
          ...IGNORED_PROXY,
        },
      ]
    : [];
  return [...proxy, ...connections, await checkClock(config.cloud.authority, clock)];
}

async function checkConnection(origin: string): Promise<Finding> {
  const { host, hostname, port } = new URL(origin);
  const hop = 'network';
  try {
    const issuer = await readCertificateIssuer(hostname, Number(port || 443));
    if (isLoopback(hostname) || KNOWN_ISSUERS.includes(issuer)) {
      return { hop, status: 'pass', output: `${host} can be reached.` };
    }
    return {
      hop,
      status: 'warn',
      output: `${host} can be reached, but "${issuer}" issued its certificate: a proxy intercepts TLS.`,
      hint: 'Ask the network team to exempt this host. The function app in Azure has another network: test it with --url.',
    };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'no answer';
    const isUntrusted = /CERT|VERIFY|ISSUER/.test(code);
    return {
      hop,
      status: 'fail',
      output: `${host} cannot be reached with TLS (${code}).`,
      hint: isUntrusted
        ? 'Its certificate does not verify. If a proxy intercepts TLS, add its CA to NODE_EXTRA_CA_CERTS. Otherwise check the host name and the clock.'
        : 'Check the host name in the settings, DNS, and the firewall or proxy of this network.',
    };
  }
}

export function isLoopback(hostname: string): boolean {
  return /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname);
}

function readCertificateIssuer(host: string, port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = tls.connect({ host, port, servername: host, timeout: CONNECT_TIMEOUT_MS }, () => {
      const { issuer } = socket.getPeerCertificate();
      socket.end();
      resolve([issuer.O ?? issuer.CN ?? ''].flat().join(' '));
    });
    socket.on('error', reject);
    socket.on('timeout', () => {
      socket.destroy(Object.assign(new Error('No answer.'), { code: 'ETIMEDOUT' }));
    });
  });
}

/** Compares this machine's clock with the `Date` header of the authority. */
async function checkClock(authority: string, clock: Clock): Promise<Finding> {
  const hop = 'clock';
  try {
    const response = await fetch(authority, {
      method: 'HEAD',
      redirect: 'manual',
      signal: AbortSignal.timeout(CONNECT_TIMEOUT_MS),
    });
    const skewMs = clock.now().wallMs - Date.parse(response.headers.get('date') ?? '');
    if (Number.isNaN(skewMs)) return { hop, status: 'warn', output: "The authority's response has no Date header." };
    const seconds = Math.round(Math.abs(skewMs) / 1000);
    const direction = skewMs > 0 ? 'ahead of' : 'behind';
    if (Math.abs(skewMs) < WARN_SKEW_MS) return { hop, status: 'pass', output: 'The clock agrees with the authority.' };
    return {
      hop,
      status: Math.abs(skewMs) < MOST_SKEW_MS ? 'warn' : 'fail',
      output: `The clock is ${seconds} s ${direction} the authority's.`,
      hint: 'Synchronize the clock of this machine with a time server. With a wrong clock, assertions and tokens are refused.',
    };
  } catch {
    return { hop, status: 'warn', output: 'The clock was not checked: the authority does not answer.' };
  }
}
