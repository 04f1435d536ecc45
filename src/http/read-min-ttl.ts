import type { HttpRequest } from '@azure/functions';
import { ServiceError } from '../errors.ts';
import { readBodyMembers } from './read-body-members.ts';

const MAX_MIN_TTL_SECONDS = 3600;

/**
 * `min_ttl` in seconds, out of the query or the body; 0 where there is none.
 *
 * Throws `invalid_request` for anything but one whole number from 0 to 3600.
 */
export async function readMinTtlSeconds(http: HttpRequest): Promise<number> {
  const values = [...http.query.getAll('min_ttl'), ...(await readBodyMembers(http, 'min_ttl'))];
  if (values.length === 0) return 0;
  if (values.length > 1) throw invalid('is given more than once');
  const [value] = values;
  const seconds = typeof value === 'string' && /^-?\d+$/.test(value) ? Number(value) : value;
  if (typeof seconds !== 'number' || !Number.isInteger(seconds)) throw invalid('is no whole number');
  if (seconds < 0 || seconds > MAX_MIN_TTL_SECONDS) throw invalid('is out of range');
  return seconds;
}

function invalid(what: string): ServiceError {
  return new ServiceError('invalid_request', `The parameter min_ttl ${what}.`, {
    hint: `Give it once, as a whole number of seconds from 0 to ${MAX_MIN_TTL_SECONDS}, in the query or in the body; or leave it out.`,
  });
}
