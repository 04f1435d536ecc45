import { ServiceError } from '../errors.ts';

/** The caller learns only that it may not. `reason`, for the audit line, says which claim, limit or grant was missing. */
export function forbid(reason: string): ServiceError {
  return new ServiceError('forbidden', 'No grant allows this caller to do this.', {
    reason,
    hint: 'Ask the operator: the audit line of this request id says which claim, limit or grant is missing in profiles.json. Without grants there, only the token of "default" is given, to function keys and to callers with the app role Token.Get.',
  });
}
