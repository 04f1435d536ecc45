import type { Answer, RecordedRequest } from '../emulator.ts';
import type { Registration } from './directory.ts';
import type { EntraService } from './entra-service.ts';
import { isOriginOf } from './redirect-uris.ts';
import { page } from './sign-in-page.ts';

/** Redirects to the URL in the request, if a registration of the tenant has a redirect URI with the same origin. */
export function answerLogout(service: EntraService, request: RecordedRequest, tenantId: string): Answer {
  const asked = request.query.get('post_logout_redirect_uri') ?? '';
  const registrations = service.directory.registrations().filter((one) => one.tenantId === tenantId);
  if (URL.canParse(asked) && registrations.some((registration) => isOnSiteOf(registration, asked))) {
    return { status: 302, headers: { location: asked } };
  }
  return page(200, 'You signed out of your account', '<p>You may close this window.</p>');
}

function isOnSiteOf(registration: Registration, address: string): boolean {
  const { origin } = new URL(address);
  return isOriginOf(registration, origin) || registration.redirectUris.some((uri) => new URL(uri).origin === origin);
}
