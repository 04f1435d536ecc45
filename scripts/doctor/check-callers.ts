import { namelessCaller } from '../../src/callers/authenticate.ts';
import type { CallerSettings } from '../../src/config/caller-settings.ts';
import type { SoundConfig } from '../../src/config/config.ts';
import type { Grant, Matcher } from '../../src/config/profiles/grant.ts';
import { claimsOf } from '../../src/readiness/check-grants.ts';
import type { Finding } from './finding.ts';

/** Checks that the caller settings are consistent, and which grants can never match a caller. */
export function checkCallers(config: SoundConfig): Finding[] {
  return [describeCallers(config), ...checkGrants(config)];
}

function describeCallers({ callers, grants }: SoundConfig): Finding {
  const { modes, audiences } = callers;
  const hop = 'callers';
  if (modes.includes('none')) {
    return {
      hop,
      status: 'warn',
      output: 'CALLER_AUTH is none: everyone who can reach the app may call it.',
      hint: 'Use none only in local development.',
    };
  }
  if (modes.includes('key')) return { hop, status: 'pass', output: 'Callers use a function key.' };
  const who = modes.includes('oidc') ? 'tokens of CALLER_ISSUER' : 'tokens of Entra';
  const forWhom = audiences.length === 0 ? '' : ` for ${audiences.join(' and ')}`;
  if (grants === undefined) {
    return {
      hop,
      status: 'warn',
      output: `Callers use ${who}${forWhom}. There are no grants.`,
      hint: modes.includes('oidc')
        ? 'With oidc a caller needs a grant: write "grants" in profiles.json.'
        : 'Only callers with the app role Token.Get are allowed, and only for the token of "default". Write "grants" in profiles.json.',
    };
  }
  return { hop, status: 'pass', output: `Callers use ${who}${forWhom}.` };
}

function checkGrants({ grants = [], callers, profileFaults }: SoundConfig): Finding[] {
  return grants.map((grant): Finding => {
    const hop = 'grants';
    const reasons = grant.callers.map((matcher) => whyNobody(matcher, callers));
    if (reasons.every((reason) => reason !== undefined)) {
      return {
        hop,
        status: 'warn',
        output: `The grant "${grant.name}" matches no caller: ${[...new Set(reasons)].join('; ')}.`,
        hint: 'Correct its "callers" in profiles.json, change CALLER_AUTH, or remove the grant.',
      };
    }
    const faulty = grant.profiles.filter((profile) => profileFaults.has(profile));
    if (faulty.length > 0) {
      return {
        hop,
        status: 'warn',
        output: `The grant "${grant.name}" names a profile with errors: ${faulty.join(', ')}.`,
        hint: 'Correct the profile in profiles.json.',
      };
    }
    const withoutClaims = whyNoClaims(callers);
    if (withoutClaims !== undefined && claimsOf(grant.limits.identity).length > 0) {
      return {
        hop,
        status: 'warn',
        output: `The grant "${grant.name}" makes its "identity" from claims, and ${withoutClaims}: it refuses every report whose dataset needs an identity.`,
        hint: 'Set CALLER_AUTH to entra, oidc or easyauth (docs/callers.md), or write fixed values in "identity" (docs/profiles.md).',
      };
    }
    return { hop, status: 'pass', output: describeGrant(grant) };
  });
}

function describeGrant({ name, actions, profiles, mode }: Grant): string {
  const what = `"${name}" allows ${actions.join(', ')} on ${profiles.join(', ')}`;
  return mode === 'audit' ? `${what}, in audit mode: it allows nothing.` : `${what}.`;
}

/** Why no caller has a claim; undefined if callers have claims. */
function whyNoClaims({ modes }: CallerSettings): string | undefined {
  return namelessCaller(modes) === undefined ? undefined : `with CALLER_AUTH=${modes.join(',')} callers have no claims`;
}

/** Why no caller can match; undefined if a caller can. */
function whyNobody({ isAnyone, claims }: Matcher, callers: CallerSettings): string | undefined {
  const { modes, tenantId } = callers;
  if (isAnyone && claims.length === 0) return undefined;
  const withoutClaims = whyNoClaims(callers);
  if (withoutClaims !== undefined) return `${withoutClaims}, and only "anyone": true matches them`;
  const tenants = claims.find(({ name }) => name === 'tid')?.anyOf;
  const isOtherTenant = tenants !== undefined && tenants.every((tenant) => tenant.toLowerCase() !== tenantId);
  return isOtherTenant && !modes.includes('oidc') ? 'its tid is not the tenant of CALLER_TENANT_ID' : undefined;
}
