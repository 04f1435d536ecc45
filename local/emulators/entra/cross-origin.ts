import type { Answer, RecordedRequest } from '../emulator.ts';
import type { EntraService } from './entra-service.ts';
import { isOriginOf } from './redirect-uris.ts';

/** Metadata and keys: any page may read them. */
export function forAnyPage(answer: Answer): Answer {
  return withHeaders(answer, { 'access-control-allow-origin': '*' });
}

/** Token answers: pages may read them whose origin a single-page application of any tenant has registered. */
export function forRegisteredPages(service: EntraService, { headers }: RecordedRequest, answer: Answer): Answer {
  const { origin } = headers;
  if (origin === undefined || !service.directory.registrations().some((one) => isOriginOf(one, origin))) return answer;
  return withHeaders(answer, { 'access-control-allow-origin': origin, vary: 'Origin' });
}

/** The answer to the OPTIONS request that a browser sends first; who may go on is said by the headers that are added to it. */
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
