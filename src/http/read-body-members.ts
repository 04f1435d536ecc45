import type { HttpRequest } from '@azure/functions';
import { ServiceError } from '../errors.ts';

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
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw invalid('is no JSON object');
  const member = Object.entries(value).find(([key]) => key === name);
  return member === undefined ? [] : [member[1]];
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch (cause) {
    throw invalid('does not parse as JSON', cause);
  }
}

function invalid(what: string, cause?: unknown): ServiceError {
  return new ServiceError('invalid_request', `The request body ${what}.`, {
    hint: 'Send a JSON object with Content-Type application/json, a form with application/x-www-form-urlencoded, or no body.',
    cause,
  });
}
