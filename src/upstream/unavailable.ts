import { UpstreamError, type ServiceErrorOptions, type UpstreamFault } from '../errors.ts';
import { SERVICES } from './services.ts';

/** `what` completes a sentence that begins with the service's name: "did not answer". */
export function unavailable(what: string, upstream: UpstreamFault, options: ServiceErrorOptions = {}): UpstreamError {
  return new UpstreamError('upstream_unavailable', `${SERVICES[upstream.service].name} ${what}.`, upstream, {
    hint: 'Wait for Retry-After seconds, then try again. If the error stays, check the status of the service (status.azure.com) and the network path to it.',
    ...options,
  });
}
