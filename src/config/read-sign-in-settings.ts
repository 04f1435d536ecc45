import * as v from 'valibot';
import type { SignInSettings } from './config.ts';
import type { SettingReader } from './setting-reader.ts';
import { commaSeparated, keyVaultName, redirectUri } from './setting-schemas.ts';

const DEFAULT_COOKIE_SECRET_NAME = 'sign-in-cookie-key';

const origins = v.pipe(
  commaSeparated,
  v.check(
    (values) => values.every((value) => URL.canParse(value) && new URL(value).origin === value),
    'must be origins, comma-separated, each like https://app.contoso.com with nothing behind it',
  ),
);

/** `isNeeded`: there is a profile that signs people in. */
export function readSignInSettings(reader: SettingReader, isNeeded: boolean): SignInSettings {
  const what = 'the exact address registered for /auth/callback, which an authorization_code profile needs';
  return {
    redirectUri: isNeeded
      ? reader.required('SIGN_IN_REDIRECT_URI', redirectUri, what)
      : reader.optional('SIGN_IN_REDIRECT_URI', redirectUri),
    returnOrigins: reader.optional('SIGN_IN_RETURN_ORIGINS', origins) ?? [],
    cookieSecretName: reader.optional('SIGN_IN_COOKIE_SECRET_NAME', keyVaultName) ?? DEFAULT_COOKIE_SECRET_NAME,
  };
}
