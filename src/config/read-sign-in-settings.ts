import type { SignInSettings } from './config.ts';
import type { SettingReader } from './setting-reader.ts';
import { keyVaultName, pageOrigins, redirectUri } from './setting-schemas.ts';

const DEFAULT_COOKIE_SECRET_NAME = 'sign-in-cookie-key';

export interface SignInReading {
  readonly settings: SignInSettings;
  /** For a profile that signs people in. A missing SIGN_IN_REDIRECT_URI is an error only if there is such a profile. */
  readonly readRedirectUri: () => string | undefined;
}

/** The `SIGN_IN_*` settings. */
export function readSignInSettings(reader: SettingReader): SignInReading {
  const address = reader.optional('SIGN_IN_REDIRECT_URI', redirectUri);
  const faultOfMissing = {
    name: 'SIGN_IN_REDIRECT_URI',
    problem: 'is not set: the exact URL registered for /auth/callback, which an authorization_code profile needs',
  };
  return {
    settings: {
      returnOrigins: reader.optional('SIGN_IN_RETURN_ORIGINS', pageOrigins) ?? [],
      cookieSecretName: reader.optional('SIGN_IN_COOKIE_SECRET_NAME', keyVaultName) ?? DEFAULT_COOKIE_SECRET_NAME,
    },
    readRedirectUri() {
      const isReported = reader.faults.some(({ name }) => name === 'SIGN_IN_REDIRECT_URI');
      if (address === undefined && !isReported) reader.faults.push(faultOfMissing);
      return address;
    },
  };
}
