import { createHash } from 'node:crypto';
import * as v from 'valibot';
import type { EffectiveIdentity } from '../callers/access-request.ts';
import { createRefreshAheadCache, type CacheDependencies } from '../cache/refresh-ahead-cache.ts';
import type { Moment } from '../clock.ts';
import {
  ageMs,
  createAccessToken,
  mustRefresh,
  remainingMs,
  shouldRefresh,
  type AccessToken,
} from '../tokens/access-token.ts';
import { createBudget } from '../upstream/budget.ts';
import { unavailable } from '../upstream/unavailable.ts';
import { accountKey, type PowerBiAccount, type PowerBiClient } from './power-bi-client.ts';
import type { ResolvedEmbed } from './resolve-embed.ts';

export interface EmbedToken {
  readonly token: AccessToken;
  /** Power BI's id of the token, which is also in its audit log. */
  readonly tokenId: string;
}

export interface EmbedTokens {
  /** An embed token for an allowed request. Equal requests with the same identity share one. Throws the error of Power BI. */
  get(
    account: PowerBiAccount,
    embed: ResolvedEmbed,
    identities: readonly EffectiveIdentity[],
  ): Promise<{ readonly embedToken: EmbedToken; readonly cache: 'hit' | 'minted' }>;
}

export interface EmbedTokensDependencies extends CacheDependencies {
  readonly powerBi: PowerBiClient;
}

/** Tokens of people and identities have a cache of their own, so that they cannot evict the shared ones. */
const MAX_SHARED = 5_000;
const MAX_PERSONAL = 10_000;

const DEFAULT_LIFETIME_MINUTES = 30;
const LONGEST_MIN_TTL_SECONDS = 3_600;
/** A browser asks when the token is due for a refresh, so the request waits for the new token. */
const DUE_PATIENCE_MS = 10_000;
const ANSWER_MARGIN_MS = 2_000;

const answerSchema = v.object({
  token: v.pipe(v.string(), v.nonEmpty()),
  tokenId: v.pipe(v.string(), v.uuid()),
  expiration: v.pipe(
    v.string(),
    v.transform((text) => Date.parse(text)),
    v.check((expiresAtMs) => Number.isFinite(expiresAtMs)),
  ),
});

export function createEmbedTokens(dependencies: EmbedTokensDependencies): EmbedTokens {
  const { clock, powerBi } = dependencies;
  const freshness = {
    shouldRefresh: ({ token }: EmbedToken, now: Moment) => shouldRefresh(token, now),
    mustRefresh: ({ token }: EmbedToken, now: Moment) => mustRefresh(token, now),
  };
  const shared = createRefreshAheadCache<EmbedToken>({ ...dependencies, freshness, maxEntries: MAX_SHARED });
  const personal = createRefreshAheadCache<EmbedToken>({ ...dependencies, freshness, maxEntries: MAX_PERSONAL });

  async function generate(
    account: PowerBiAccount,
    { call: { path, body }, lifetimeInMinutes }: ResolvedEmbed,
    identities: readonly EffectiveIdentity[],
  ): Promise<EmbedToken> {
    const requestedAt = clock.now();
    const wanted = {
      ...body,
      ...(identities.length === 0 ? {} : { identities }),
      ...(lifetimeInMinutes === undefined ? {} : { lifetimeInMinutes }),
    };
    const minTtlSeconds = Math.min((lifetimeInMinutes ?? DEFAULT_LIFETIME_MINUTES) * 60, LONGEST_MIN_TTL_SECONDS);
    const reply = await powerBi.ask(account, { path, body: wanted, minTtlSeconds }, createBudget(clock));
    const parsed = v.safeParse(answerSchema, reply.body);
    if (!parsed.success)
      throw unavailable('returned an embed token that cannot be read', { service: 'power-bi', status: 200 });
    const { token: value, tokenId, expiration } = parsed.output;
    const entra = reply.served.token;
    const lifetimeMs = Math.min(expiration - requestedAt.wallMs, remainingMs(entra, requestedAt));
    const token = createAccessToken({ value, scope: '', requestedAt, lifetimeMs });
    if (mustRefresh(token, clock.now())) {
      throw unavailable('returned an embed token that had already expired', { service: 'power-bi', status: 200 });
    }
    return { token, tokenId };
  }

  return {
    async get(account, embed, identities) {
      const isPersonal = identities.length > 0 || account.holder === 'person';
      const key = keyOf(account, embed, identities);
      const load = (): Promise<EmbedToken> => generate(account, embed, identities);
      const { value, source } = await (isPersonal ? personal : shared).get(key, load, patienceMs);
      return { embedToken: value, cache: source === 'hit' ? 'hit' : 'minted' };
    },
  };
}

function patienceMs({ token }: EmbedToken, now: Moment): number {
  if (!shouldRefresh(token, now) || ageMs(token, now) < 0) return 0;
  return Math.min(DUE_PATIENCE_MS, remainingMs(token, now) - ANSWER_MARGIN_MS);
}

/** A digest of all inputs of the token: the key is in log lines, and the inputs contain user names. */
function keyOf(
  account: PowerBiAccount,
  { call, lifetimeInMinutes }: ResolvedEmbed,
  identities: readonly EffectiveIdentity[],
): string {
  const all = JSON.stringify([accountKey(account), call.path, call.body, lifetimeInMinutes, identities]);
  return `embed token ${createHash('sha256').update(all).digest('hex')}`;
}
