import type { HttpRequest } from '@azure/functions';
import { ServiceError } from '../errors.ts';
import { memberOf, parseJson } from '../json.ts';

const MAX_MIN_TTL_SECONDS = 3600;
const MAX_BODY_CHARACTERS = 65_536;
const FORM = 'application/x-www-form-urlencoded';

/** A query parameter that may be given once. Throws `invalid_request` if it is empty or given more than once. */
export function readSingle(query: URLSearchParams, name: string): string | undefined {
  const values = query.getAll(name);
  const [value] = values;
  if (value === undefined) return undefined;
  if (values.length === 1 && value !== '') return value;
  throw new ServiceError('invalid_request', `The parameter ${name} is empty or given more than once.`, {
    hint: `Give ${name} once, or leave it out.`,
  });
}

/**
 * `min_ttl` in seconds, from the query or the body; 0 if it is absent.
 *
 * Throws `invalid_request` for anything but one whole number from 0 to 3600.
 */
export async function readMinTtlSeconds(http: HttpRequest): Promise<number> {
  const inQuery = http.query.getAll('min_ttl');
  const values = http.method === 'POST' ? [...inQuery, ...(await readBodyMembers(http, 'min_ttl'))] : inQuery;
  if (values.length === 0) return 0;
  if (values.length > 1) throw invalidMinTtl('is given more than once');
  const [value] = values as [unknown];
  const seconds = typeof value === 'string' && /^-?\d+$/.test(value) ? Number(value) : value;
  if (typeof seconds !== 'number' || !Number.isInteger(seconds)) throw invalidMinTtl('is not a whole number');
  if (seconds < 0 || seconds > MAX_MIN_TTL_SECONDS) throw invalidMinTtl('is out of range');
  return seconds;
}

function invalidMinTtl(what: string): ServiceError {
  return new ServiceError('invalid_request', `The parameter min_ttl ${what}.`, {
    hint: `Give it once, as a whole number of seconds from 0 to ${MAX_MIN_TTL_SECONDS}, in the query or in the body; or leave it out.`,
  });
}

/**
 * Every value of member `name` in a JSON or form body; none if there is no body or it is of another media type.
 *
 * Throws `invalid_request` for a body that is not what its Content-Type says.
 */
async function readBodyMembers(http: HttpRequest, name: string): Promise<unknown[]> {
  if (isTooLong(http)) throw invalidBody(`is longer than ${MAX_BODY_CHARACTERS} characters`);
  const body = await http.text();
  if (body === '') return [];
  if (body.length > MAX_BODY_CHARACTERS) throw invalidBody(`is longer than ${MAX_BODY_CHARACTERS} characters`);
  switch (mediaTypeOf(http)) {
    case 'application/json':
      return membersOfJson(body, name);
    case FORM:
      return new URLSearchParams(body).getAll(name);
    default:
      return [];
  }
}

/**
 * Every `grant_type` of a form. Only a standard OAuth client sends one, and it expects answers as in RFC 6749 section 5. The
 * body can still be read afterwards.
 */
export async function readGrantTypes(http: HttpRequest): Promise<readonly string[]> {
  if (mediaTypeOf(http) !== FORM || isTooLong(http)) return [];
  const body = await http.clone().text();
  return body.length > MAX_BODY_CHARACTERS ? [] : new URLSearchParams(body).getAll('grant_type');
}

function mediaTypeOf(http: HttpRequest): string | undefined {
  return http.headers.get('content-type')?.toLowerCase().split(';', 1)[0]?.trim();
}

function membersOfJson(body: string, name: string): unknown[] {
  const value = parseJson(body);
  if (value === undefined) throw invalidBody('is not valid JSON');
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw invalidBody('is not a JSON object');
  const member = memberOf(value, name);
  return member === undefined ? [] : [member];
}

function invalidBody(what: string): ServiceError {
  return new ServiceError('invalid_request', `The request body ${what}.`, {
    hint: 'Send a JSON object with Content-Type application/json, a form with application/x-www-form-urlencoded, or no body.',
  });
}

const ID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;

/** An id of Power BI, in lower case. Throws `invalid_request` for anything else. */
export function readId(parameters: Readonly<Record<string, string | undefined>>, name: string): string {
  const value = parameters[name] ?? '';
  if (ID.test(value)) return value.toLowerCase();
  throw new ServiceError('invalid_request', `The parameter ${name} must be a GUID.`, {
    hint: 'Use the id from the URL when the item is open in Power BI. The id of a workspace is after /groups/.',
  });
}

/** The JSON of a POST's body. Throws `invalid_request` if there is none, or too much of it. */
export async function readJsonBody(http: HttpRequest): Promise<unknown> {
  if (isTooLong(http)) throw invalidBody(`is longer than ${MAX_BODY_CHARACTERS} characters`);
  const body = await http.text();
  if (body.length > MAX_BODY_CHARACTERS) throw invalidBody(`is longer than ${MAX_BODY_CHARACTERS} characters`);
  const value = parseJson(body);
  if (value === undefined) throw invalidBody('is not valid JSON');
  return value;
}

/** By its Content-Length, before the body is read. */
function isTooLong({ headers }: HttpRequest): boolean {
  return Number(headers.get('content-length') ?? 0) > MAX_BODY_CHARACTERS;
}
