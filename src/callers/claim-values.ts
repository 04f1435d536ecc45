import type { Caller } from './caller.ts';

/** Every value of a verified claim; none if the caller does not have it. */
export function claimValues(caller: Caller, name: string): readonly string[] {
  if (caller.kind === 'nameless') return [];
  const { claims, namedClaims } = caller;
  switch (name) {
    case 'tid':
    case 'oid':
    case 'sub':
    case 'upn':
      return listOf(claims[name]);
    case 'appid':
    case 'azp':
      return listOf(claims.appid);
    case 'roles':
    case 'scp':
    case 'groups':
      return claims[name];
    default:
      return namedClaims.get(name) ?? [];
  }
}

function listOf(value: string | undefined): readonly string[] {
  return value === undefined ? [] : [value];
}

const ID_CLAIMS: ReadonlySet<string> = new Set(['tid', 'oid', 'appid', 'azp', 'groups']);

/**
 * Whether a claim's value is the one that a grant names. In ids and group names the case of ASCII letters does not count.
 * Unicode's folding would make two names equal (the Kelvin sign and K). Other claims are compared exactly.
 */
export function isSameValue(claim: string, own: string, wanted: string): boolean {
  return ID_CLAIMS.has(claim) ? toAsciiLowerCase(own) === toAsciiLowerCase(wanted) : own === wanted;
}

function toAsciiLowerCase(text: string): string {
  return text.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase());
}
