import { ServiceError } from '../errors.ts';

/** A query parameter that may stand there once. Throws `invalid_request` where it stands there more often, or empty. */
export function readSingle(query: URLSearchParams, name: string): string | undefined {
  const values = query.getAll(name);
  const [value] = values;
  if (value === undefined) return undefined;
  if (values.length === 1 && value !== '') return value;
  throw new ServiceError('invalid_request', `The parameter ${name} is empty or given more than once.`, {
    hint: `Give ${name} once, or leave it out.`,
  });
}
