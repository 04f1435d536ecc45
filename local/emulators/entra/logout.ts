import type { Answer, RecordedRequest } from '../emulator.ts';
import type { EntraService } from './entra-service.ts';
import { page } from './sign-in-page.ts';

/** Goes back to where the app asks for, if that is on a site which a registration of the tenant names. */
export function answerLogout(service: EntraService, request: RecordedRequest, tenantId: string): Answer {
  const asked = request.query.get('post_logout_redirect_uri') ?? '';
  const origins = service.directory.redirectUrisOf(tenantId).map((uri) => new URL(uri).origin);
  if (URL.canParse(asked) && origins.includes(new URL(asked).origin)) {
    return { status: 302, headers: { location: asked } };
  }
  return page(200, 'You signed out of your account', '<p>You may close this window.</p>');
}
