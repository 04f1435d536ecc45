import type { HttpRequest } from '@azure/functions';
import { ServiceError } from '../errors.ts';
import { memberOf, parseJson } from '../json.ts';

const MAX_BODY_CHARACTERS = 65_536;

/**
 * Every value of member `name` in a JSON or form body; none where there is no body, or where it is of another kind.
 *
 * Throws `invalid_request` for a body that is not what its Content-Type says.
 */
export async function readBodyMembers(http: HttpRequest, name: string): Promise<unknown[]> {
  if (http.method !== 'POST') return [];
  const body = await http.text();
  if (body === '') return [];
  if (body.length > MAX_BODY_CHARACTERS) throw invalid(`is longer than ${MAX_BODY_CHARACTERS} characters`);
  const [mediaType] = (http.headers.get('content-type') ?? '').toLowerCase().split(';', 1);
  switch (mediaType?.trim()) {
    case 'application/json':
      return membersOfJson(body, name);
    case 'application/x-www-form-urlencoded':
      return new URLSearchParams(body).getAll(name);
    default:
      return [];
  }
}

function membersOfJson(body: string, name: string): unknown[] {
  const value = parseJson(body);
  if (value === undefined) throw invalid('does not parse as JSON');
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw invalid('is no JSON object');
  const member = memberOf(value, name);
  return member === undefined ? [] : [member];
}

function invalid(what: string): ServiceError {
  return new ServiceError('invalid_request', `The request body ${what}.`, {
    hint: 'Send a JSON object with Content-Type application/json, a form with application/x-www-form-urlencoded, or no body.',
  });
}
