import { UpstreamError, type ServiceErrorOptions, type UpstreamFault } from '../errors.ts';
import { SERVICES } from './services.ts';

const TRANSIENT_STATUSES = new Set([408, 429]);

/** Whether an HTTP status says "not now" rather than "no". */
export function isTransientStatus(status: number): boolean {
  return status >= 500 || TRANSIENT_STATUSES.has(status);
}

/** `what` continues a sentence that begins with the service's name: "did not answer". */
export function unavailable(what: string, upstream: UpstreamFault, options: ServiceErrorOptions = {}): UpstreamError {
  return new UpstreamError('upstream_unavailable', `${SERVICES[upstream.service].name} ${what}.`, upstream, {
    hint: 'Nothing needs to be changed here: ask again after Retry-After seconds. If it stays, check the status of the service (status.azure.com) and the network path to it.',
    ...options,
  });
}
