import type { EntraEmulator } from '../../local/emulators/emulators.ts';
import { seed } from '../../local/emulators/emulators.ts';

type CallerToken = Parameters<EntraEmulator['issueCallerToken']>[0];

/** Callers have an Entra token for this API. The registration of the API also acts on their behalf. */
export const ENTRA_CALLERS = { CALLER_AUTH: 'entra', CALLER_AUDIENCE: seed.personApp.clientId } as const;

/** A caller with the app role that gets the token of `default` if there are no grants. */
export const ADA = { upn: seed.users.ada.upn, roles: ['Token.Get'] } as const;
export const GRACE = { upn: seed.users.grace.upn } as const;
/** An application with an app-only token and a role of this API. */
export const DAEMON = { roles: ['Token.Get'] } as const;

/** The header of a caller with a token for this API, changed by `token`. */
export async function bearer(
  { entra }: { entra: EntraEmulator },
  token: Partial<CallerToken> = ADA,
): Promise<{ authorization: string }> {
  const issued = await entra.issueCallerToken({
    tenantId: seed.tenantId,
    audience: seed.personApp.clientId,
    ...token,
  });
  return { authorization: `Bearer ${issued}` };
}
