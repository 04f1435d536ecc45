import type { IncomingMessage } from 'node:http';
import type { RpcHttpData, RpcNullable } from './core-types.ts';

type NullableMapping = Readonly<Record<string, RpcNullable<string>>>;

const nothing: Readonly<Record<string, string>> = {};

/**
 * The request as the host sends it to the worker. Header names are in lower case. Repeated headers and query parameters
 * become one value, joined with commas. Query parameters whose names differ only in case become one, under the name that comes
 * last. The mappings that are not nullable are empty, as in a decoded RPC message.
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
    nullableHeaders: headersOf(request.headersDistinct),
    nullableQuery: queryOf(target),
    nullableParams: paramsOf(params),
    body: body === undefined ? undefined : { bytes: body },
  };
}

function headersOf(headersDistinct: IncomingMessage['headersDistinct']): NullableMapping {
  return Object.fromEntries(
    Object.entries(headersDistinct).map(([name, values = []]) => [name, { value: values.join(',') }]),
  );
}

function queryOf(target: string): NullableMapping {
  const start = target.indexOf('?');
  if (start < 0) return {};
  const parameters = new Map<string, { name: string; value: string }>();
  for (const [name, value] of new URLSearchParams(target.slice(start))) {
    const before = parameters.get(name.toLowerCase());
    parameters.set(name.toLowerCase(), { name, value: before === undefined ? value : `${before.value},${value}` });
  }
  return Object.fromEntries([...parameters.values()].map(({ name, value }) => [name, { value }]));
}

function paramsOf(params: Readonly<Record<string, string>>): NullableMapping {
  return Object.fromEntries(Object.entries(params).map(([name, value]) => [name, { value }]));
}
