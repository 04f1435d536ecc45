import type { Answer, RecordedRequest } from '../emulator.ts';
import type { EntraService } from './entra-service.ts';
import { isOriginOf } from './redirect-uris.ts';

/** Metadata and keys: any page may read them. */
export function forAnyPage(answer: Answer): Answer {
  return withHeaders(answer, { 'access-control-allow-origin': '*' });
}

/** Token answers: a page may read them if a single-page application of any tenant has registered its origin. */
export function forRegisteredPages(service: EntraService, { headers }: RecordedRequest, answer: Answer): Answer {
  const { origin } = headers;
  if (origin === undefined || !service.directory.registrations().some((one) => isOriginOf(one, origin))) return answer;
  return withHeaders(answer, { 'access-control-allow-origin': origin, vary: 'Origin' });
}

/** The answer to a preflight. The headers that are added to it say which origin may continue. */
export function answerPreflight({ headers }: RecordedRequest): Answer {
  return {
    status: 204,
    headers: {
      'access-control-allow-methods': 'GET, POST, OPTIONS',
      'access-control-allow-headers': headers['access-control-request-headers'] ?? '',
      'access-control-max-age': '86400',
    },
  };
}

function withHeaders(answer: Answer, headers: Readonly<Record<string, string>>): Answer {
  return { ...answer, headers: { ...answer.headers, ...headers } };
}
