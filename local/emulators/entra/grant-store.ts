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

export interface RefreshToken {
  readonly granted: Granted;
  readonly tenantId: string;
  isUsed: boolean;
  isRevoked: boolean;
}

/** Codes and refresh tokens that were given out. */
export interface GrantStore {
  addCode(code: Omit<AuthorizationCode, 'isRedeemed'>): string;
  findCode(code: string): AuthorizationCode | undefined;
  addRefreshToken(tenantId: string, granted: Granted): string;
  findRefreshToken(token: string): RefreshToken | undefined;
  revokeRefreshTokensOf(oid: string): void;
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
    addRefreshToken: (tenantId, granted) => {
      // As long as real ones, so that cookies which hold them are split as they will be in Azure.
      const value = `1.A${randomBytes(900).toString('base64url')}`;
      refreshTokens.set(value, { granted, tenantId, isUsed: false, isRevoked: false });
      return value;
    },
    findRefreshToken: (token) => refreshTokens.get(token),
    revokeRefreshTokensOf: (oid) => {
      for (const token of refreshTokens.values()) if (token.granted.user?.oid === oid) token.isRevoked = true;
    },
  };
}
