import { createRateLimit, type RateLimit } from '../callers/rate-limit.ts';
import type { Clock } from '../clock.ts';

/** A code is valid once. A reload must not count for the limits below: they may be shared by an office. */
const PER_TRANSACTION = 1;
/** All users of an office may share one IP address. */
const PER_NETWORK = 60;
/** Anyone can make this app send invalid codes to Entra. With this limit Entra does not throttle the app for them. */
const OF_STRANGERS = 200;
/** An additional limit for networks from which a person has signed in. */
const OF_KNOWN_NETWORKS = 100;
/** How many such networks are remembered. */
const MAX_KNOWN = 10_000;

/** Limits how many authorization codes a worker process redeems: first per client network, then in total. */
export interface RedemptionLimit {
  /** Throws `rate_limited`. */
  take(redemption: { readonly state: string; readonly network: string }): void;
  /** Call this after a sign-in from this network. */
  noteSuccess(network: string): void;
}

export function createRedemptionLimit(clock: Clock): RedemptionLimit {
  const hint = 'Wait for Retry-After seconds, then sign in again.';
  const ofTransaction = createRateLimit(PER_TRANSACTION, clock, {
    detail: 'The response to this sign-in was already used.',
    hint: 'Sign in again: /api/auth/sign-in. Reloading this page does not help.',
  });
  const ofNetwork = createRateLimit(PER_NETWORK, clock, {
    detail: `More than ${PER_NETWORK} sign-ins came from your network in this minute.`,
    hint,
  });
  const ofStrangers = createRateLimit(OF_STRANGERS, clock, {
    detail: `More than ${OF_STRANGERS} sign-ins came in this minute.`,
    hint: `${hint} If there is no attack on /api/auth/callback, the function app needs more instances.`,
  });
  const ofKnown: RateLimit = createRateLimit(OF_KNOWN_NETWORKS, clock);
  const known = new Set<string>();
  return {
    take({ state, network }) {
      ofTransaction.take(state);
      ofNetwork.take(network);
      if (known.has(network) && ofKnown.tryTake('all')) return;
      ofStrangers.take('all');
    },
    noteSuccess(network) {
      known.delete(network);
      known.add(network);
      const [oldest] = known;
      if (oldest !== undefined && known.size > MAX_KNOWN) known.delete(oldest);
    },
  };
}
