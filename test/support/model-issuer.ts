import { createAccessToken, mustRefresh, type AccessToken } from '../../src/tokens/access-token.ts';
import { elapsedMs, pause, type Clock, type Moment } from '../../src/clock.ts';
import { UpstreamError } from '../../src/errors.ts';
import type { IssuedToken, TokenEndpoint } from '../../src/tokens/token-endpoint.ts';
import { unavailable } from '../../src/upstream/unavailable.ts';
import { the } from './the.ts';

/** The default behaviour of an issuer. */
export interface Behaviour {
  readonly outcome: 'token' | 'refusal' | 'outage' | 'throttle';
  readonly latencyMs: number;
  readonly lifetimeMs: number;
  readonly refreshInMs: number | undefined;
}

export interface ModelIssuer extends TokenEndpoint {
  behaviour: Behaviour;
  /** Replaces the credential: all tokens so far belong to the one before. */
  rotate(): void;
  /** All issued tokens, in order: `KEY 0`, `KEY 1` ... */
  readonly issued: AccessToken[];
  /** The issued tokens that had expired on arrival. */
  readonly endedOnArrival: ReadonlySet<string>;
  /** The number of requests that began before another one ended. */
  readonly overlapping: number;
  /** The number of requests that began while the failure before them was remembered. */
  readonly impatient: number;
}

const REFUSAL_MEMORY_MS = 10_000;
const OUTAGE_MEMORY_MS = 1000;
const THROTTLE_SECONDS = 30;

/** A model of an issuer that can be slow, refuse, throttle, fail, and issue long or short tokens. It records how it is asked. */
export function createModelIssuer(cacheKey: string, clock: Clock): ModelIssuer {
  const issued: AccessToken[] = [];
  const endedOnArrival = new Set<string>();
  let [inFlight, overlapping, impatient, generation] = [0, 0, 0, 0];
  let lastFailure: { readonly at: Moment; readonly memoryMs: number } | undefined;

  function fail(error: UpstreamError, memoryMs: number): never {
    lastFailure = { at: clock.now(), memoryMs };
    throw error;
  }

  async function requestToken(): Promise<IssuedToken> {
    const { outcome, latencyMs, lifetimeMs, refreshInMs } = issuer.behaviour;
    if (inFlight++ > 0) overlapping++;
    if (lastFailure !== undefined && elapsedMs(lastFailure.at, clock.now()) < lastFailure.memoryMs) impatient++;
    try {
      const own = generation;
      const requestedAt = clock.now();
      if (latencyMs > 0) await pause(clock, latencyMs);
      switch (outcome) {
        case 'token': {
          const value = `${cacheKey} ${issued.length}`;
          const token = createAccessToken({
            value,
            scope: the.scope,
            requestedAt,
            lifetimeMs,
            refreshAfterMs: refreshInMs,
          });
          lastFailure = undefined;
          issued.push(token);
          if (mustRefresh(token, clock.now())) endedOnArrival.add(value);
          return { token, isSuperseded: () => generation !== own };
        }
        case 'refusal':
          return fail(new UpstreamError('issuer_rejected', 'No.', { service: 'issuer' }), REFUSAL_MEMORY_MS);
        case 'outage':
          return fail(unavailable('is away', { service: 'issuer' }), OUTAGE_MEMORY_MS);
        case 'throttle':
          return fail(
            unavailable('is busy', { service: 'issuer' }, { retryAfterSeconds: THROTTLE_SECONDS }),
            THROTTLE_SECONDS * 1000,
          );
      }
    } finally {
      inFlight--;
    }
  }

  const issuer: ModelIssuer = {
    cacheKey,
    requestToken,
    issued,
    endedOnArrival,
    behaviour: { outcome: 'token', latencyMs: 0, lifetimeMs: 3_600_000, refreshInMs: undefined },
    rotate() {
      generation++;
    },
    get overlapping() {
      return overlapping;
    },
    get impatient() {
      return impatient;
    },
  };
  return issuer;
}
