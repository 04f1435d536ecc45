import { randomBytes } from 'node:crypto';
import type { Granted } from './entra-service.ts';

export interface AuthorizationCode {
  readonly granted: Granted;
  readonly tenantId: string;
  readonly redirectUri: string;
  readonly codeChallenge: string | undefined;
  readonly expiresAtMs: number;
  isRedeemed: boolean;
}

interface RefreshToken {
  readonly granted: Granted;
  readonly tenantId: string;
  readonly expiresAtMs: number;
  isUsed: boolean;
  isRevoked: boolean;
}

/** Codes and refresh tokens that were issued. */
export interface GrantStore {
  readonly addCode: (code: Omit<AuthorizationCode, 'isRedeemed'>) => string;
  readonly findCode: (code: string) => AuthorizationCode | undefined;
  readonly addRefreshToken: (token: Omit<RefreshToken, 'isUsed' | 'isRevoked'>) => string;
  readonly findRefreshToken: (token: string) => RefreshToken | undefined;
  readonly revokeRefreshTokensOf: (oid: string) => void;
}

export function createGrantStore(): GrantStore {
  const codes = new Map<string, AuthorizationCode>();
  const refreshTokens = new Map<string, RefreshToken>();
  return {
    addCode: (code) => {
      const value = `0.A${randomBytes(48).toString('base64url')}`;
      codes.set(value, { ...code, isRedeemed: false });
      return value;
    },
    findCode: (code) => codes.get(code),
    addRefreshToken: (token) => {
      // As long as real ones, so that cookies with them are split as in Azure.
      const value = `1.A${randomBytes(900).toString('base64url')}`;
      refreshTokens.set(value, { ...token, isUsed: false, isRevoked: false });
      return value;
    },
    findRefreshToken: (token) => refreshTokens.get(token),
    revokeRefreshTokensOf: (oid) => {
      for (const token of refreshTokens.values()) if (token.granted.user?.oid === oid) token.isRevoked = true;
    },
  };
}
