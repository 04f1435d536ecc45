import type { Fetch } from '../../src/runtime.ts';

/** Records every credential that was sent or received, and every text that was returned or logged, to find credentials in the texts. */
export interface SecretLedger {
  /** The same `fetch`. It records the credentials of requests and answers. */
  watch(fetch: Fetch): Fetch;
  /** Records a credential of a caller or an operator: a function key, a cookie, a secret that was never sent. */
  noteSecret(secret: string): void;
  /** Records a log line or an answer. `where` names it in the report of a leak. */
  noteTold(where: string, text: string): void;
  /** All answers of upstreams, unchanged: they prove that there was something to leak. */
  readonly upstreamAnswers: readonly string[];
  /** All places with a credential, or half of one, in any of the usual encodings. */
  findLeaks(): Promise<readonly Leak[]>;
}

export interface Leak {
  readonly where: string;
  readonly told: string;
  readonly secret: string;
}

const SECRET_HEADERS = ['authorization', 'x-identity-header', 'x-functions-key', 'cookie'];
const SECRET_FORM_MEMBERS = [
  'client_secret',
  'client_assertion',
  'assertion',
  'password',
  'code',
  'code_verifier',
  'refresh_token',
];
const SECRET_JSON_MEMBERS = ['access_token', 'refresh_token', 'id_token', 'value', 'token'];

/** A shorter credential can be part of an ordinary word. */
const SHORTEST_SECRET = 8;
const SHORTEST_PART = 12;
/** The stand-ins' huge answer contains no credential, and the program must stop reading it. */
const LARGEST_NOTED_BYTES = 1_000_000;

export function createSecretLedger(): SecretLedger {
  const secrets = new Set<string>();
  const told = new Map<string, string>();
  const upstreamAnswers: string[] = [];
  const underWay = new Set<Promise<void>>();

  function noteSecret(secret: string): void {
    if (secret === '') return;
    if (secret.length < SHORTEST_SECRET) throw new Error('A secret this short cannot be told from an ordinary word.');
    secrets.add(secret);
  }

  function noteRequest(init: RequestInit | undefined): void {
    const headers = new Headers(init?.headers);
    for (const name of SECRET_HEADERS) for (const value of credentialsOf(headers.get(name) ?? '')) noteSecret(value);
    const { body } = init ?? {};
    if (typeof body !== 'string' && !(body instanceof URLSearchParams)) return;
    const form = new URLSearchParams(body);
    for (const name of SECRET_FORM_MEMBERS) noteSecret(form.get(name) ?? '');
  }

  async function noteAnswer(response: Response): Promise<void> {
    try {
      const text = await response.text();
      upstreamAnswers.push(text);
      const body = JSON.parse(text) as Record<string, unknown> | null;
      for (const name of SECRET_JSON_MEMBERS) {
        const value = body?.[name];
        if (typeof value === 'string') noteSecret(value);
      }
    } catch {
      // A fault damaged the JSON, so it contains no usable credential.
    }
  }

  return {
    watch: (fetch) => async (input, init) => {
      noteRequest(init);
      const response = await fetch(input, init);
      if (Number(response.headers.get('content-length')) <= LARGEST_NOTED_BYTES) {
        underWay.add(noteAnswer(response.clone()));
      }
      return response;
    },
    noteSecret,
    noteTold: (where, text) => {
      told.set(text, where);
    },
    upstreamAnswers,
    async findLeaks() {
      await Promise.all(underWay);
      const needles = [...secrets].flatMap((secret) => traces(secret).map((trace) => ({ trace, secret })));
      return [...told].flatMap(([text, where]) =>
        needles
          .filter(({ trace }) => text.includes(trace))
          .map(({ secret, trace }) => ({ where, told: trace, secret })),
      );
    },
  };
}

/** The credentials in a header: the value without its scheme, and the two parts of Basic. */
function credentialsOf(header: string): string[] {
  const [scheme = '', credential = ''] = header.split(' ', 2);
  if (credential === '') return [scheme];
  if (scheme.toLowerCase() !== 'basic') return [credential];
  return [credential, Buffer.from(credential, 'base64').toString('utf8').split(':').slice(1).join(':')];
}

/** The forms of a secret in a text: unchanged, encoded, or a part of it. */
function traces(secret: string): string[] {
  const parts = isJwt(secret) ? secret.split('.').slice(1) : halves(secret);
  return [secret, ...parts.filter((part) => part.length >= SHORTEST_PART)].flatMap((text) => [
    text,
    encodeURIComponent(text),
    new URLSearchParams([['', text]]).toString().slice(1),
    JSON.stringify(text).slice(1, -1),
    JSON.stringify(JSON.stringify(text)).slice(3, -3),
    Buffer.from(text).toString('base64').replace(/=+$/, ''),
    Buffer.from(text).toString('base64url'),
  ]);
}

/** Claims and signature. The header is the same for every token of an issuer, and is not secret. */
function isJwt(secret: string): boolean {
  return /^eyJ[\w-]+\.[\w-]+\.[\w-]+$/.test(secret);
}

function halves(secret: string): string[] {
  const middle = Math.floor(secret.length / 2);
  return [secret.slice(0, middle), secret.slice(middle)];
}
