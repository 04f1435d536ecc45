import type { HttpHandler } from '@azure/functions';
import { createGate } from './callers/gate.ts';
import type { Clock } from './clock.ts';
import type { Config } from './config/config.ts';
import { isTransient, ServiceError, UpstreamError } from './errors.ts';
import { createHealthHandler } from './http/health-handler.ts';
import { createOpenApiHandler } from './http/openapi-handler.ts';
import { createReadinessHandler } from './http/readiness-handler.ts';
import { createTokenHandler } from './http/token-handler.ts';
import { createAppIdentity, type AppIdentity } from './identity/app-identity.ts';
import { createDeveloperIdentity } from './identity/developer-identity.ts';
import { createManagedIdentity } from './identity/managed-identity.ts';
import { createClientCredentialsEndpoint } from './issuers/client-credentials.ts';
import type { Log } from './log.ts';
import { createPowerBiApi } from './power-bi/power-bi-api.ts';
import { createProfiles } from './profiles.ts';
import { createReadinessCheck } from './readiness/check-readiness.ts';
import { createKeyVault, missingVault } from './secrets/key-vault.ts';
import { createSecretCache } from './secrets/secret-cache.ts';
import { createTokenCache } from './tokens/token-cache.ts';
import type { Fetch } from './upstream/fetch-upstream.ts';

/** What the program takes from the machine. */
export interface Runtime {
  readonly fetch: Fetch;
  readonly clock: Clock;
  readonly log: Log;
  /** From 0 to 1, as Math.random: for jitter, never for secrets. */
  readonly random: () => number;
}

export interface App {
  /** Whether the platform's keys guard the routes that are not open; with anything else this program does. */
  readonly authLevel: 'function' | 'anonymous';
  readonly handlers: {
    readonly token: HttpHandler;
    readonly health: HttpHandler;
    readonly readiness: HttpHandler;
    readonly openApi: HttpHandler;
  };
}

/** Wires the whole program: nothing else does. It asks nobody anything, and never throws for a setting that is wrong. */
export function createApp(config: Config, runtime: Runtime): App {
  const { clock, log } = runtime;
  const onRefreshFailure = createRefreshFailureLog(log);
  const shared = { ...runtime, onRefreshFailure };
  const identity = createIdentity(config, runtime, onRefreshFailure);
  const store =
    config.keyVault === undefined ? missingVault : createKeyVault(config.keyVault, { ...runtime, identity });
  const secrets = createSecretCache(store, shared);
  const profiles = createProfiles(
    [...config.profiles.values()].map((settings) => ({
      name: settings.name,
      settings,
      endpoint: createClientCredentialsEndpoint(settings, { ...runtime, secrets }),
    })),
  );
  const tokens = createTokenCache(shared);
  const powerBi = createPowerBiApi(config.powerBiApiUrl, runtime);
  const gate = createGate(config);
  const checkReadiness = createReadinessCheck({ config, clock, identity, secrets, tokens, powerBi, profiles });
  return {
    authLevel: config.callers.modes.includes('key') || config.callers.faults.length > 0 ? 'function' : 'anonymous',
    handlers: {
      token: createTokenHandler({ clock, gate, profiles, tokens }),
      health: createHealthHandler(clock),
      readiness: createReadinessHandler({ clock, gate, checkReadiness }),
      openApi: createOpenApiHandler(clock),
    },
  };
}

function createIdentity(
  config: Config,
  runtime: Runtime,
  onRefreshFailure: (key: string, error: unknown) => void,
): AppIdentity {
  const askEndpoint =
    config.identity.kind === 'developer'
      ? createDeveloperIdentity()
      : createManagedIdentity(runtime, config.identity.clientId);
  return createAppIdentity(askEndpoint, { ...runtime, onRefreshFailure });
}

/** Background work has nobody to tell but the operator: once, with what to do. */
function createRefreshFailureLog(log: Log): (key: string, error: unknown) => void {
  return (key, error) => {
    if (!(error instanceof ServiceError)) {
      log.error({ event: 'refresh.failed', code: 'internal' });
      return;
    }
    const upstream = error instanceof UpstreamError ? error.upstream : undefined;
    log[isTransient(error) ? 'warn' : 'error']({
      event: 'refresh.failed',
      key,
      code: error.code,
      detail: error.message,
      hint: error.hint,
      stage: upstream?.service,
      upstream_code: upstream?.code,
      upstream_correlation_id: upstream?.correlationId,
    });
  };
}
