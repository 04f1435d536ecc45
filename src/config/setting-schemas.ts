import * as v from 'valibot';

const REFERENCE = /^@Microsoft\.(KeyVault|AppConfiguration)\(/;
const GUID = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i;
const DOMAIN = /^(?=.{4,253}$)([a-z\d]([a-z\d-]{0,61}[a-z\d])?\.)+[a-z]{2,63}$/i;

/** The check of every setting. If App Service cannot resolve a Key Vault reference, the value is the reference itself. */
const resolved = v.pipe(
  v.string(),
  v.trim(),
  v.check(
    (text) => !REFERENCE.test(text),
    'is a reference that App Service could not resolve: set the plain value (only secrets belong in Key Vault, and this app reads them itself)',
  ),
);

export const guid = (what: string) => v.pipe(resolved, v.regex(GUID, `must be ${what} (a GUID)`));

export const tenant = v.pipe(
  resolved,
  v.check(
    (text) => GUID.test(text) || DOMAIN.test(text),
    'must be the tenant id (a GUID) or a domain of the tenant; common, organizations and consumers are not allowed',
  ),
);

export const keyVaultName = v.pipe(
  resolved,
  v.regex(
    /^[\da-z-]{1,127}$/i,
    'must be the name of a secret in Key Vault: 1 to 127 letters, digits and hyphens. If this is the secret itself, rotate it',
  ),
);

/** An HTTPS origin without path, query or user name, so that URLs can be built from it. */
export const httpsOrigin = v.pipe(
  resolved,
  v.check((text) => isHttpsOrigin(text), 'must be an https:// URL with no path, query or user name'),
  v.transform((text) => new URL(text).origin),
);

/** The URL may have a query (RFC 6749 section 3.1), but no fragment and no user name. */
export const httpsUrl = v.pipe(
  resolved,
  v.check(
    (text) => isUrl(text, ({ protocol }) => protocol === 'https:') && !text.includes('#'),
    'must be an https:// URL with no fragment or user name',
  ),
);

/** OpenID Connect Discovery 1.0 section 3: an issuer has no query and no fragment. Tokens have exactly the same value. */
export const issuerUrl = v.pipe(
  resolved,
  v.check(
    (text) => isUrl(text, ({ protocol }) => protocol === 'https:') && !/[?#]/.test(text),
    'must be an https:// URL with no query, fragment or user name, exactly as in "iss" of the tokens',
  ),
);

/** Entra accepts plain http only for a redirect to the same machine. */
export const redirectUri = v.pipe(
  resolved,
  v.check(
    (text) => isUrl(text, isSecure) && /^[^?#]*\/auth\/callback$/.test(text),
    'must be an https:// URL (http:// only for localhost) that ends in /auth/callback, exactly as registered',
  ),
);

export const publicUrl = v.pipe(
  resolved,
  v.check(
    (text) => isUrl(text, isSecure) && !/[?#]/.test(text),
    'must be an https:// URL (http:// only for localhost) with the prefix and no query, fragment or user name, for example https://bi.contoso.com/api',
  ),
  v.transform((text) => new URL(text).href.replace(/\/+$/, '')),
);

export const commaSeparated = v.pipe(
  resolved,
  v.transform((text) =>
    text
      .split(',')
      .map((part) => part.trim())
      .filter((part) => part !== ''),
  ),
);

/** Origins of pages. Plain http would let anyone on the network read what a page receives. */
export const pageOrigins = v.pipe(
  commaSeparated,
  v.check(
    (values) => values.every((value) => isUrl(value, isSecure) && new URL(value).origin === value),
    'must be comma-separated origins without a path, for example https://app.contoso.com (http:// only for localhost)',
  ),
);

export const positiveInteger = v.pipe(
  resolved,
  v.regex(/^[1-9]\d{0,5}$/, 'must be a whole number from 1 to 999999'),
  v.transform(Number),
);

export const text = resolved;

function isUrl(text: string, isRight: (url: URL) => boolean): boolean {
  if (!URL.canParse(text)) return false;
  const url = new URL(text);
  return isRight(url) && url.username === '' && url.password === '';
}

function isSecure({ protocol, hostname }: URL): boolean {
  return protocol === 'https:' || (protocol === 'http:' && /^(localhost|127\.0\.0\.1|\[::1\])$/.test(hostname));
}

export function isGuid(value: string): boolean {
  return GUID.test(value);
}

function isHttpsOrigin(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const url = new URL(text);
  const isBare =
    url.pathname === '/' && url.search === '' && url.hash === '' && url.username === '' && url.password === '';
  return url.protocol === 'https:' && isBare;
}
