import { startUserAgent } from './function-app.ts';

const shownCharacters = 12;

export interface FirstToken {
  readonly status: number;
  /** The answer, in one line. */
  readonly summary: string;
  /** What the developer can do about it. Empty if a token came. */
  readonly advice: readonly string[];
  /** The command for another request. */
  readonly command: string;
}

/** Requests one token from the running function app. An answer without a token is a result, too. */
export async function requestFirstToken(tokenUrl: string): Promise<FirstToken> {
  const response = await fetch(tokenUrl, { headers: { 'user-agent': startUserAgent } });
  const answer = readAnswer(await response.text());
  const { status } = response;
  return {
    status,
    summary:
      status === 200
        ? describeToken(answer)
        : ['none:', status, answer['code'], answer['detail']].filter(Boolean).join(' '),
    advice: advise(status, textOf(answer['hint'])),
    command: `curl ${status === 401 ? '-H "Authorization: Bearer $TOKEN" ' : ''}${tokenUrl}`,
  };
}

function describeToken(answer: Readonly<Record<string, unknown>>): string {
  const token = textOf(answer['access_token']);
  const minutes = Math.floor(Number(answer['expires_in']) / 60);
  return `${token.slice(0, shownCharacters)}... (${token.length} characters) of the profile "${textOf(answer['profile'])}", valid for ${minutes} min`;
}

// The hint of a 403 tells the caller to ask the operator. Here the developer is the operator.
function advise(status: number, hint: string): readonly string[] {
  const hints = hint === '' ? [] : [hint];
  switch (status) {
    case 200:
      return [];
    case 401:
      return [
        'CALLER_AUTH requires a token of the caller. docs/callers.md says how to get one for this machine.',
        ...hints,
      ];
    case 403:
      return [
        'No grant in profiles.json allows this request without a caller identity. Add a grant with "anyone": true, or set',
        'CALLER_AUTH=entra and send a token: docs/callers.md.',
      ];
    default:
      return hints;
  }
}

function readAnswer(text: string): Readonly<Record<string, unknown>> {
  try {
    const answer: unknown = JSON.parse(text);
    if (typeof answer === 'object' && answer !== null) return { ...answer };
  } catch {
    // Not JSON: shown unchanged.
  }
  return { detail: text };
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
