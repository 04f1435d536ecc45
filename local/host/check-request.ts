import type { IncomingMessage } from 'node:http';

// Kestrel's own limits, which the real host uses.
const maximumRequestLineBytes = 8 * 1024;
const maximumHeaderBytes = 32 * 1024;

/** Node's limit must be higher, so that the two limits above give different answers. */
export const maximumHeadBytes = 2 * (maximumRequestLineBytes + maximumHeaderBytes);

const loopbackHost = /^(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?$/i;

/**
 * The status with which the host refuses a request before it looks for a route, or undefined if it does not. Only
 * localhost, 127.0.0.1 and [::1] are names of this host: a page whose own host name points to this machine (DNS rebinding) is
 * refused.
 */
export function refusalOf(request: IncomingMessage): 414 | 421 | 431 | undefined {
  const { method = '', url = '', headers, httpVersion } = request;
  if (`${method} ${url} HTTP/${httpVersion}\r\n`.length > maximumRequestLineBytes) return 414;
  if (headerBytes(request) > maximumHeaderBytes) return 431;
  return loopbackHost.test(headers.host ?? '') ? undefined : 421;
}

function headerBytes({ rawHeaders }: IncomingMessage): number {
  // Each line has ": " or a line end beside its name or its value.
  return rawHeaders.reduce((sum, text) => sum + text.length + 2, 0);
}

/**
 * Whether the real host fails on the header of App Service Authentication: it reads X-MS-CLIENT-PRINCIPAL as base64 of a
 * JSON object before the function runs, and answers 500 if it cannot. It does so only with Easy Auth on.
 */
export function hasMalformedPrincipal({ headers }: IncomingMessage, isEasyAuthOn: boolean): boolean {
  const principal = headers['x-ms-client-principal'];
  if (!isEasyAuthOn || typeof principal !== 'string' || principal === '') return false;
  return !isJsonObject(Buffer.from(principal, 'base64')) || !/^[A-Za-z\d+/]+={0,2}$/.test(principal);
}

function isJsonObject(bytes: Buffer): boolean {
  try {
    const value: unknown = JSON.parse(bytes.toString());
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    // Not JSON, which is what is asked.
    return false;
  }
}
