/**
 * The path of a request target as the host's routing sees it: without the query, with dot segments resolved and
 * percent-encoding decoded. The encoded slash (%2F) stays encoded, because it does not separate segments. Bytes that are
 * not UTF-8 stay as they were sent.
 */
export function pathOfTarget(target: string): string {
  const path = target.slice(0, endOfPath(target));
  const decoded = path.includes('%') ? path.replace(/(?:%(?!2f)[\da-f]{2})+/gi, decodeOrKeep) : path;
  return decoded.includes('/.') ? resolveDotSegments(decoded) : decoded;
}

function endOfPath(target: string): number {
  const query = target.indexOf('?');
  return query < 0 ? target.length : query;
}

function decodeOrKeep(encoded: string): string {
  try {
    return decodeURIComponent(encoded);
  } catch {
    // Not UTF-8: the host passes such bytes on unchanged.
    return encoded;
  }
}

function resolveDotSegments(path: string): string {
  const resolved: string[] = [];
  for (const segment of path.split('/').slice(1)) {
    if (segment === '..') resolved.pop();
    else if (segment !== '.') resolved.push(segment);
  }
  return `/${resolved.join('/')}`;
}
