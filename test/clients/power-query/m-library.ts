import { setTimeout as delay } from 'node:timers/promises';
import { MError, type MBinary, type MFunction, type MRecord } from './m-values.ts';

/** The credential of Power Query for a host, from the dialog "Access Web content". */
export type Credential = { readonly kind: 'Anonymous' } | { readonly kind: 'Web API'; readonly key: string };

export interface Site {
  /** The address of the host in this test. */
  readonly url: string;
  readonly credential: Credential;
}

export interface WebRequest {
  readonly url: string;
  readonly method: string;
  readonly headers: Headers;
}

interface WebOptions {
  readonly RelativePath?: string;
  readonly Query?: Readonly<Record<string, string>>;
  readonly Headers?: Readonly<Record<string, string>>;
  readonly ApiKeyName?: string;
  readonly Content?: MBinary;
  readonly IsRetry?: boolean;
  readonly ManualStatusHandling?: readonly number[];
}

const webOptionNames = ['RelativePath', 'Query', 'Headers', 'ApiKeyName', 'Content', 'IsRetry', 'ManualStatusHandling'];

/**
 * The library functions that the files of clients/power-query may use, as in Microsoft's reference. To use another function, read its
 * reference, then add it here.
 */
export function createMLibrary(sites: ReadonlyMap<string, Site>, requests: WebRequest[] = []): Record<string, unknown> {
  const findSite = (address: string): Site => {
    const site = sites.get(address);
    if (site === undefined) throw new Error(`Power Query has no credential for ${address}.`);
    return site;
  };
  const send = async (url: URL, init: RequestInit): Promise<MBinary> => {
    const headers = new Headers(init.headers);
    requests.push({ url: url.href, method: init.method ?? 'GET', headers });
    const response = await fetch(url, init);
    return { binary: await response.text(), status: response.status };
  };
  return {
    'Web.Contents': asFunction(async (address: string, options: WebOptions = {}) => {
      const unknown = Object.keys(options).filter((name) => !webOptionNames.includes(name));
      if (unknown.length > 0) throw expressionError(`'${unknown.join()}' isn't a valid Web.Contents option.`);
      const { url: base, credential } = findSite(address);
      const url = new URL(`${base}/${options.RelativePath ?? ''}`);
      for (const [name, value] of Object.entries(options.Query ?? {})) url.searchParams.set(name, value);
      if (credential.kind === 'Web API') {
        if (options.ApiKeyName === undefined)
          throw credentialsError('A web API key can only be specified with its name.');
        url.searchParams.set(options.ApiKeyName, credential.key);
      }
      checkAnonymous(credential, options);
      const init = {
        headers: { ...options.Headers },
        ...(options.Content === undefined ? {} : { method: 'POST', body: options.Content.binary }),
      };
      return await sendAgainWhereMIsPatient(() => send(url, init), options.ManualStatusHandling ?? []);
    }),
    'OData.Feed': asFunction(async (address: string, headers: Readonly<Record<string, string>> = {}) => {
      const { url, credential } = findSite(address);
      checkAnonymous(credential, { Headers: headers });
      return await sendAgainWhereMIsPatient(() => send(new URL(url), { headers: { ...headers } }), []);
    }),
    'Value.Metadata': asFunction((value: MBinary) => ({ 'Response.Status': value.status })),
    'Json.Document': asFunction(({ binary }: MBinary) => {
      try {
        return JSON.parse(binary) as unknown;
      } catch {
        throw new MError({
          Reason: 'DataFormat.Error',
          Message: 'We found an unexpected character in the JSON input.',
        });
      }
    }),
    'Error.Record': asFunction((reason: string, message: string, detail: unknown = null) => ({
      Reason: reason,
      Message: message,
      Detail: detail,
    })),
    'Record.FieldOrDefault': asFunction((record: MRecord | null, name: string, fallback: unknown = null) =>
      record !== null && Object.hasOwn(record, name) ? record[name] : fallback,
    ),
    'Record.HasFields': asFunction((record: MRecord, name: string) => Object.hasOwn(record, name)),
    'Record.FieldNames': asFunction((record: MRecord) => Object.keys(record)),
    'Text.From': asFunction((value: number) => String(value)),
    'Text.ToBinary': asFunction((text: string): MBinary => ({ binary: text, status: 0 })),
    'Text.TrimStart': asFunction((text: string, trim: string) =>
      text.startsWith(trim) ? text.slice(trim.length) : text,
    ),
    'Uri.EscapeDataString': asFunction((text: string) => encodeURIComponent(text)),
    'Uri.BuildQueryString': asFunction((record: Readonly<Record<string, string>>) =>
      Object.entries(record)
        .map((pair) => pair.map(encodeURIComponent).join('='))
        .join('&'),
    ),
    'Uri.Parts': asFunction((text: string) => {
      const { host, pathname, searchParams } = new URL(text);
      return { Host: host, Path: pathname, Query: Object.fromEntries(searchParams) };
    }),
    'List.Generate': asFunction(async (initial: MFunction, condition: MFunction, next: MFunction) => {
      const items: unknown[] = [];
      for (let item = await initial(); (await condition(item)) === true; item = await next(item)) items.push(item);
      return items;
    }),
    'List.Transform': asFunction((list: readonly unknown[], transform: MFunction) =>
      Promise.all(list.map((item) => transform(item))),
    ),
    'List.Combine': asFunction((lists: readonly (readonly unknown[])[]) => lists.flat()),
    'List.Distinct': asFunction((list: readonly unknown[]) => [...new Set(list)]),
    'Table.FromRecords': asFunction((rows: readonly MRecord[], columns: readonly string[], missingField: number) => {
      const toRow = (row: MRecord): MRecord => Object.fromEntries(columns.map((name) => [name, row[name] ?? null]));
      if (missingField !== 2 && rows.some((row) => columns.some((name) => !Object.hasOwn(row, name)))) {
        throw expressionError("A field of the record wasn't found.");
      }
      return Object.assign(rows.map(toRow), { isTable: true });
    }),
    'MissingField.UseNull': 2,
  };
}

/** The header Authorization, and a body, require the credential kind Anonymous. */
function checkAnonymous(credential: Credential, { Content, Headers: headers = {} }: WebOptions): void {
  if (credential.kind === 'Anonymous') return;
  if (Content !== undefined)
    throw credentialsError('Web.Contents with the Content option is only supported when connecting anonymously.');
  if ('Authorization' in headers) {
    throw credentialsError("The 'Authorization' header is only supported when connecting anonymously.");
  }
}

const repeatedStatuses = [408, 429, 503, 504, 509];
const attempts = 4;

/** Power Query repeats some answers up to three times, asks for credentials after 401 and 403, and fails after any other error. */
async function sendAgainWhereMIsPatient(send: () => Promise<MBinary>, manual: readonly number[]): Promise<MBinary> {
  for (let attempt = 1; ; attempt += 1) {
    const answer = await send();
    const { status } = answer;
    if (status < 400) return answer;
    if (status === 401 || status === 403)
      throw credentialsError(
        status === 401
          ? 'We couldn’t authenticate with the credentials provided.'
          : 'Access to the resource is forbidden.',
      );
    if (manual.includes(status)) return answer;
    if (!repeatedStatuses.includes(status) || attempt === attempts) {
      throw new MError({ Reason: 'DataSource.Error', Message: `Web.Contents failed to get contents (${status}).` });
    }
    await delay(10);
  }
}

function asFunction(implementation: (...args: never[]) => unknown): MFunction {
  return (...args) => Promise.resolve().then(() => implementation(...(args as never[])));
}

function credentialsError(message: string): MError {
  return new MError({ Reason: 'DataSource.Error: credentials', Message: message });
}

function expressionError(message: string): MError {
  return new MError({ Reason: 'Expression.Error', Message: message });
}
