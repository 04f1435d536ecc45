/**
 * The path of a request target as the host's routing sees it: no query, dot segments resolved, percent-encoding undone
 * but for the slash (%2F), which must not turn into a segment's end. What does not decode stays as it was sent.
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
    // No UTF-8: the host hands such bytes on as they came.
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
