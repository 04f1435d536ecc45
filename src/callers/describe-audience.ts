import { findMicrosoftService } from '../config/microsoft-audiences.ts';

/**
 * How a verified token's audience differs from those of CALLER_AUDIENCE, without the value; undefined if it is an unrelated
 * audience.
 */
export function describeAudience(audience: unknown, accepted: readonly string[]): string | undefined {
  const given = [audience].flat().filter((one): one is string => typeof one === 'string');
  if (given.length === 0) return 'the token has no audience';
  const service = given.map(findMicrosoftService).find((name) => name !== undefined);
  if (service !== undefined) return `the token is for ${service}`;
  for (const one of given) {
    for (const own of accepted) {
      const difference = describeDifference(one, own);
      if (difference !== undefined) return `the token's audience differs from CALLER_AUDIENCE ${difference}`;
    }
  }
  return undefined;
}

const withoutSlash = (text: string): string => text.replace(/\/+$/, '');
const withoutScheme = (text: string): string => text.replace(/^api:\/\//i, '');

function describeDifference(given: string, own: string): string | undefined {
  if (given.toLowerCase() === own.toLowerCase()) return 'only in letter case';
  if (withoutSlash(given) === withoutSlash(own)) {
    return given.startsWith(own) ? 'by a slash at its end' : 'by a missing slash at its end';
  }
  if (withoutScheme(given) === withoutScheme(own)) {
    return given.endsWith(own) ? 'by "api://" at its start' : 'by a missing "api://" at its start';
  }
  return own.startsWith(`${given}/`) ? 'by a scope that CALLER_AUDIENCE has at its end: remove it there' : undefined;
}
