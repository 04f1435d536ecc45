import type { Answer, RecordedRequest } from '../emulator.ts';

/** A request for one kind of object. Its path begins after `/secrets/`, with the object's name. */
export interface VaultOperation {
  readonly vaultUrl: string;
  readonly request: RecordedRequest;
  readonly path: readonly string[];
}

/** A refusal in Key Vault's format. */
export function refuse(status: number, code: string, message: string): Answer {
  return { status, body: { error: { code, message } } };
}

/** `innerCode` distinguishes the kinds of Forbidden. */
export function forbid(innerCode: string, message: string): Answer {
  return { status: 403, body: { error: { code: 'Forbidden', message, innererror: { code: innerCode } } } };
}

export function toEpochSeconds(date: Date): number {
  return Math.floor(date.getTime() / 1000);
}

const largestPage = 25;

/** One page of a list, according to `maxresults` and `$skiptoken`; `nextLink` is the URL of the next one. */
export function answerPage(query: URLSearchParams, address: string, items: readonly unknown[]): Answer {
  const pageSize = Number(query.get('maxresults') ?? largestPage);
  if (!Number.isInteger(pageSize) || pageSize < 1 || pageSize > largestPage) {
    return refuse(400, 'BadParameter', `maxresults must be a number from 1 to ${largestPage}.`);
  }
  const start = Number(query.get('$skiptoken') ?? 0);
  const end = start + pageSize;
  const next = new URL(address);
  next.search = new URLSearchParams({
    'api-version': query.get('api-version') ?? '',
    $skiptoken: String(end),
    maxresults: String(pageSize),
  }).toString();
  return { status: 200, body: { value: items.slice(start, end), nextLink: end < items.length ? next.href : null } };
}
