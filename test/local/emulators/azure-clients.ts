import { seed } from '../../../local/emulators/emulators.ts';
import type { Emulators } from '../../../local/emulators/emulators.ts';

export interface JsonAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, unknown>;
}

export async function readJson(response: Response): Promise<JsonAnswer> {
  const text = await response.text();
  const body = text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
  return { status: response.status, headers: response.headers, body };
}

/** A managed identity's token for a resource, the system-assigned one's unless a client id is given. */
export async function identityToken(emulators: Emulators, resource: string, clientId?: string): Promise<string> {
  const { url, identityHeader } = emulators.identityEndpoint;
  const query = new URLSearchParams({ resource, 'api-version': '2019-08-01' });
  if (clientId !== undefined) query.set('client_id', clientId);
  const response = await fetch(`${url}?${query.toString()}`, { headers: { 'x-identity-header': identityHeader } });
  return String((await readJson(response)).body['access_token']);
}

export const powerBiResource = 'https://analysis.windows.net/powerbi/api';
export const powerBiScope = `${powerBiResource}/.default`;

/** The seeded registrations, as the members of a token request. */
export const app = { client_id: seed.app.clientId, client_secret: seed.app.secret };
export const personApp = { client_id: seed.personApp.clientId, client_secret: seed.personApp.secret };

export interface TokenPost {
  readonly tenant?: string;
  readonly endpoint?: 'oauth2/v2.0/token' | 'oauth2/token';
  readonly headers?: Record<string, string>;
}

/** POSTs a form to the token endpoint; a member that is undefined is left out. */
export async function postToken(
  emulators: Emulators,
  members: Readonly<Record<string, string | undefined>>,
  { tenant = seed.tenantId, endpoint = 'oauth2/v2.0/token', headers = {} }: TokenPost = {},
): Promise<JsonAnswer> {
  const form = new URLSearchParams();
  for (const [name, value] of Object.entries(members)) if (value !== undefined) form.set(name, value);
  return await readJson(
    await fetch(`${emulators.entra.url}/${tenant}/${endpoint}`, { method: 'POST', body: form, headers }),
  );
}

/** What matters of a refusal: status, OAuth error and AADSTS code, the last one out of the description. */
export function refusalOf({ status, body }: JsonAnswer): readonly [number, unknown, string | undefined] {
  return [status, body['error'], /^AADSTS(\d+): /.exec(String(body['error_description']))?.[1]];
}
