import type { HttpMethod } from '@azure/functions';

/** Every route takes every method, so that a wrong one is answered 405 by this program; the host itself would say 404. */
export const EVERY_METHOD: HttpMethod[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'];
