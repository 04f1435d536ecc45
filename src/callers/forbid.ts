import { ServiceError } from '../errors.ts';

/** The caller only gets `forbidden`. `reason`, for the audit line, says which claim, limit or grant was missing. */
export function forbid(reason: string): ServiceError {
  return new ServiceError('forbidden', 'No grant allows this request.', {
    reason,
    hint: 'Give the request_id to the operator. The audit line with this id says which claim, limit or grant is missing in profiles.json.',
  });
}
