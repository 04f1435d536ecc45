import type { HttpHandler } from '@azure/functions';
import { createAppCore, type CoreRuntime } from './core.ts';
import type { Verifiers } from '../callers/authenticate.ts';
import { createGate } from '../callers/gate.ts';
import { createRateLimit } from '../callers/rate-limit.ts';
import { readEasyAuthPrincipal } from '../callers/read-easy-auth.ts';
import { createSigningKeys } from '../callers/signing-keys.ts';
import { createBearerVerifier } from '../callers/verify-bearer.ts';
import type { Clock } from '../clock.ts';
import type { Config } from '../config/config.ts';
import { createCallbackHandler } from '../http/callback-handler.ts';
import { createDatasetsHandler, createPersonDatasetsHandler } from '../http/datasets-handler.ts';
import { createHealthHandler } from '../http/health-handler.ts';
import { createOpenApiHandler } from '../http/openapi-handler.ts';
import { createPersonTokenHandler } from '../http/person-token-handler.ts';
import { createProtectedResourceHandler } from '../http/protected-resource-handler.ts';
import { createReadinessHandler } from '../http/readiness-handler.ts';
import { createSignInCookies, type SignInCookies } from '../http/sign-in-cookies.ts';
import { createSignInHandler } from '../http/sign-in-handler.ts';
import { createSignOutHandler } from '../http/sign-out-handler.ts';
import { createTokenHandler } from '../http/token-handler.ts';
import type { Log } from '../log.ts';
import { createPowerBiApi } from '../power-bi/power-bi-api.ts';
import { createReadinessCheck } from '../readiness/check-readiness.ts';
import { createRefreshFailureLog } from '../cache/refresh-failure-log.ts';
import type { CookieKeys } from '../sign-in/cookie-keys.ts';
import { createSealedBox } from '../sign-in/sealed-box.ts';
import { sessionSchema, transactionSchema } from '../sign-in/session.ts';
import type { Runtime } from '../runtime.ts';

type HandlerName =
  | 'token'
  | 'datasets'
  | 'signIn'
  | 'callback'
  | 'signOut'
  | 'personToken'
  | 'health'
  | 'readiness'
  | 'openApi'
  | 'protectedResource';

export interface App {
  /** Whether the platform's keys guard the routes that are not open; with anything else this program does. */
  readonly authLevel: 'function' | 'anonymous';
  readonly handlers: Readonly<Record<HandlerName, HttpHandler>>;
  /** `/datasets/{profile}` of each profile that people sign in with: their session guards it, not the platform. */
  readonly personDatasets: ReadonlyMap<string, HttpHandler>;
}

/** Wires the whole program: nothing else does. It asks nobody anything, and never throws for a setting that is wrong. */
export function createApp(config: Config, runtime: Runtime): App {
  const { clock } = runtime;
  const shared = { ...runtime, onRefreshFailure: createRefreshFailureLog(runtime.log) };
  const core = createAppCore(config, shared);
  const { profiles, signIns, tokens } = core;
  const powerBi = createPowerBiApi(runtime);
  const gate = createGate({
    ...config,
    verifiers: createVerifiers(config, shared),
    rateLimit:
      config.callers.ratePerMinute === undefined ? undefined : createRateLimit(config.callers.ratePerMinute, clock),
  });
  const checkReadiness = createReadinessCheck({ config, clock, powerBi, ...core });
  announceOpenDoor(config, runtime.log);
  announceIgnoredProxy(config, runtime.log);
  const cookies = createCookies(core.cookieKeys, clock);
  const returnAddresses = { ...config.signIn, redirectUri: config.signIn.redirectUri ?? '' };
  const forSignIn = { clock, gate, signIns, cookies, returnAddresses };
  const forDatasets = { clock, gate, profiles, tokens, powerBi, cookies, signIns };
  return {
    authLevel: config.callers.modes.includes('key') || config.callers.faults.length > 0 ? 'function' : 'anonymous',
    handlers: {
      token: createTokenHandler({ clock, gate, profiles, tokens }),
      datasets: createDatasetsHandler(forDatasets),
      signIn: createSignInHandler(forSignIn),
      callback: createCallbackHandler(forSignIn),
      signOut: createSignOutHandler(forSignIn),
      personToken: createPersonTokenHandler({ clock, gate, cookies, tokens, signIns }),
      health: createHealthHandler(clock),
      readiness: createReadinessHandler({ clock, gate, checkReadiness }),
      openApi: createOpenApiHandler(clock),
      protectedResource: createProtectedResourceHandler(clock, config),
    },
    personDatasets: new Map(
      signIns.all.map(({ profile }) => [profile, createPersonDatasetsHandler(profile, forDatasets)]),
    ),
  };
}

/** The cookies of people who sign in, sealed with keys from the vault. */
function createCookies(keys: CookieKeys, clock: Clock): SignInCookies {
  return createSignInCookies({
    sessions: createSealedBox({ purpose: 'session', schema: sessionSchema, clock, keys }),
    transactions: createSealedBox({ purpose: 'sign-in', schema: transactionSchema, clock, keys }),
    clock,
  });
}

function createVerifiers({ callers, cloud }: Config, shared: CoreRuntime): Verifiers {
  const tenantId = callers.tenantId ?? '';
  const issuers = [`${cloud.authority}/${tenantId}/v2.0`, `${cloud.v1IssuerPrefix}${tenantId}/`];
  const signingKeys = createSigningKeys(`${cloud.authority}/${tenantId}/discovery/v2.0/keys`, shared);
  return {
    authorizationUri: `${cloud.authority}/${tenantId}/oauth2/authorize`,
    bearer: createBearerVerifier(
      { tenantId, issuers, audiences: callers.audiences },
      { clock: shared.clock, signingKeys },
    ),
    easyAuth: (principal) => readEasyAuthPrincipal(principal, tenantId),
  };
}

/** Nobody should find out by accident that anybody may have tokens here. */
function announceOpenDoor({ callers }: Config, log: Log): void {
  if (!callers.modes.includes('none') || callers.faults.length > 0) return;
  log.warn({
    event: 'callers.not_checked',
    hint: 'CALLER_AUTH=none: whoever reaches this address gets tokens. For local development alone.',
  });
}

/** Without this line an operator sees time-outs of every upstream, and the proxy's own log stays empty. */
function announceIgnoredProxy({ isProxyIgnored }: Config, log: Log): void {
  if (!isProxyIgnored) return;
  log.warn({
    event: 'proxy.ignored',
    hint: 'HTTPS_PROXY is set, but Node.js ignores it. Set NODE_USE_ENV_PROXY=1, and NO_PROXY to the host of IDENTITY_ENDPOINT; or remove HTTPS_PROXY.',
  });
}
