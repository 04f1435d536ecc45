import type { JWTPayload } from 'jose';
import { powerBiResources } from '../azure-resources.ts';
import type { Answer, RecordedRequest } from '../emulator.ts';
import type { SigningKey } from '../signing-key.ts';
import { notAuthorized, refuse } from './power-bi-answers.ts';

export interface PowerBiCaller {
  readonly oid: string;
  readonly isServicePrincipal: boolean;
  readonly tokenExpiresAtSeconds: number;
}

interface CallerRules {
  readonly signingKey: SigningKey;
  readonly tenantId: string;
  readonly allowServicePrincipals: boolean;
}

type Identified =
  | { readonly caller: PowerBiCaller; readonly refusal?: undefined }
  | { readonly refusal: Answer; readonly caller?: undefined };

/** The account of the request's token, or Power BI's refusal. Power BI answers an expired token with 403, not 401. */
export async function identifyCaller(rules: CallerRules, request: RecordedRequest): Promise<Identified> {
  const token = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1];
  if (token === undefined) return { refusal: unauthorized() };
  const inspection = await rules.signingKey.inspect(token, powerBiResources);
  if (!inspection.valid) {
    return inspection.reason === 'expired'
      ? { refusal: refuse(403, 'TokenExpired', 'Access token has expired, resubmit with a new access token') }
      : { refusal: unauthorized() };
  }
  const caller = toCaller(inspection.claims, request.headers['x-powerbi-profile-id']);
  if (caller === undefined || inspection.claims['tid'] !== rules.tenantId) return { refusal: unauthorized() };
  if (caller.isServicePrincipal && !rules.allowServicePrincipals) return { refusal: notAuthorized() };
  return { caller };
}

/** A service principal that names one of its profiles acts as that profile, not as itself. */
function toCaller({ oid, scp, exp = 0 }: JWTPayload, profileId: unknown): PowerBiCaller | undefined {
  if (typeof oid !== 'string') return undefined;
  const isServicePrincipal = scp === undefined;
  const actsAs = isServicePrincipal && typeof profileId === 'string' ? profileId.toLowerCase() : oid;
  return { oid: actsAs, isServicePrincipal, tokenExpiresAtSeconds: exp };
}

function unauthorized(): Answer {
  return { status: 401, headers: { 'www-authenticate': 'Bearer error="invalid_token"' } };
}
