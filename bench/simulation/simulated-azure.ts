import type { Fetch } from '../../src/runtime.ts';
import { pause, type Clock } from '../../src/clock.ts';

/** Entra, a Key Vault and an identity endpoint in simulated time. They record the time of each request. */
export interface SimulatedAzure {
  readonly fetch: Fetch;
  /** When each request arrived. */
  readonly vaultRequestsMs: readonly number[];
  readonly tokenRequestsMs: readonly number[];
  /** How many requests were answered with the secret. */
  secretsRead(): number;
  /** Whether no request is pending. */
  isIdle(): boolean;
  currentSecret(): string;
  /** Replaces the secret: from now on only its next version is accepted. */
  rotateSecret(): void;
  isEntraDown: boolean;
}

const VAULT_LATENCY_MS = 50;
const ENTRA_LATENCY_MS = 200;
const TOKEN_LIFETIME_SECONDS = 3599;
const IDENTITY_TOKEN_LIFETIME_SECONDS = 86_400;

export const SIMULATED_SETTINGS = {
  POWERBI_TENANT_ID: '00000000-0000-4000-8000-000000000001',
  POWERBI_CLIENT_ID: '00000000-0000-4000-8000-000000000002',
  KEY_VAULT_URI: 'https://simulated.vault.azure.net',
  IDENTITY_ENDPOINT: 'http://127.0.0.1/msi/token',
  IDENTITY_HEADER: 'simulated',
} as const;

export function createSimulatedAzure(clock: Clock): SimulatedAzure {
  const vaultRequestsMs: number[] = [];
  const tokenRequestsMs: number[] = [];
  let secretVersion = 1;
  let tokensIssued = 0;
  let secretsRead = 0;
  let underWay = 0;

  async function answerVault(init: RequestInit | undefined): Promise<Response> {
    vaultRequestsMs.push(clock.now().wallMs);
    await pause(clock, VAULT_LATENCY_MS);
    if (!new Headers(init?.headers).has('authorization')) return challenge();
    secretsRead++;
    return Response.json(describeSecret(secretVersion));
  }

  async function answerEntra(init: RequestInit | undefined): Promise<Response> {
    tokenRequestsMs.push(clock.now().wallMs);
    await pause(clock, ENTRA_LATENCY_MS);
    if (azure.isEntraDown) return new Response('Service Unavailable', { status: 503 });
    const form = new URLSearchParams(init?.body as string | URLSearchParams);
    if (form.get('client_secret') !== secretValue(secretVersion)) return refuseSecret();
    return Response.json({
      token_type: 'Bearer',
      expires_in: TOKEN_LIFETIME_SECONDS,
      access_token: `token-${++tokensIssued}`,
    });
  }

  /** Without a delay, because this request is not measured. */
  function answerIdentity(): Response {
    const expiresOn = Math.floor(clock.now().wallMs / 1000) + IDENTITY_TOKEN_LIFETIME_SECONDS;
    return Response.json({ access_token: 'identity-token', expires_on: String(expiresOn) });
  }

  const azure: SimulatedAzure = {
    vaultRequestsMs,
    tokenRequestsMs,
    isEntraDown: false,
    secretsRead: () => secretsRead,
    isIdle: () => underWay === 0,
    currentSecret: () => secretValue(secretVersion),
    rotateSecret() {
      secretVersion++;
    },
    async fetch(url, init) {
      underWay++;
      try {
        const address = new Request(url).url;
        if (address.startsWith(SIMULATED_SETTINGS.IDENTITY_ENDPOINT)) return answerIdentity();
        return await (address.startsWith(SIMULATED_SETTINGS.KEY_VAULT_URI) ? answerVault(init) : answerEntra(init));
      } finally {
        underWay--;
      }
    },
  };
  return azure;
}

function secretValue(version: number): string {
  return `secret-${version}`;
}

function describeSecret(version: number): object {
  const id = `${SIMULATED_SETTINGS.KEY_VAULT_URI}/secrets/powerbi-client-secret/${String(version).padStart(32, '0')}`;
  return { value: secretValue(version), id, attributes: { enabled: true } };
}

/** The challenge of Key Vault for the first request of a client, which has no token. */
function challenge(): Response {
  const tenant = `https://login.microsoftonline.com/${SIMULATED_SETTINGS.POWERBI_TENANT_ID}`;
  return new Response(null, {
    status: 401,
    headers: { 'www-authenticate': `Bearer authorization="${tenant}", resource="https://vault.azure.net"` },
  });
}

function refuseSecret(): Response {
  return Response.json(
    {
      error: 'invalid_client',
      error_description: 'AADSTS7000215: Invalid client secret provided.',
      error_codes: [7000215],
    },
    { status: 401 },
  );
}
