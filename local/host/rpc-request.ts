import type { IncomingMessage } from 'node:http';
import type { RpcHttpData, RpcNullable } from './core-types.ts';

type NullableMapping = Readonly<Record<string, RpcNullable<string>>>;

const nothing: Readonly<Record<string, string>> = {};

/**
 * The request as the host sends it to the worker: header names in lower case, a header or query parameter given
 * several times as one value joined with commas, query names without regard to case, empty mappings beside the nullable
 * ones as an RPC message decodes.
 */
export function toRpcRequest(
  request: IncomingMessage,
  params: Readonly<Record<string, string>>,
  body: Uint8Array | undefined,
): RpcHttpData {
  const target = request.url ?? '/';
  return {
    method: request.method ?? 'GET',
    url: `http://${request.headers.host ?? 'localhost'}${target}`,
    headers: nothing,
    query: nothing,
    params: nothing,
    nullableHeaders: headersOf(request.rawHeaders),
    nullableQuery: queryOf(target),
    nullableParams: paramsOf(params),
    body: body === undefined ? undefined : { bytes: body },
  };
}

function headersOf(rawHeaders: readonly string[]): NullableMapping {
  const headers: Record<string, { value: string }> = {};
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index]?.toLowerCase() ?? '';
    addValue(headers, name, rawHeaders[index + 1] ?? '');
  }
  return headers;
}

function queryOf(target: string): NullableMapping {
  const query: Record<string, { value: string }> = {};
  const start = target.indexOf('?');
  if (start < 0) return query;
  const nameAsFirstWritten = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(target.slice(start))) {
    const first = nameAsFirstWritten.get(name.toLowerCase()) ?? name;
    nameAsFirstWritten.set(name.toLowerCase(), first);
    addValue(query, first, value);
  }
  return query;
}

function paramsOf(params: Readonly<Record<string, string>>): NullableMapping {
  return Object.fromEntries(Object.entries(params).map(([name, value]) => [name, { value }]));
}

function addValue(mapping: Record<string, { value: string }>, name: string, value: string): void {
  const present = Object.hasOwn(mapping, name) ? mapping[name] : undefined;
  if (present === undefined) mapping[name] = { value };
  else present.value = `${present.value},${value}`;
}
