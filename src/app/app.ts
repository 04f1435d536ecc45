import { createRefreshFailureLog } from '../cache/refresh-failure-log.ts';
import { createGate, type Gate } from '../callers/gate.ts';
import { createRateLimit } from '../callers/rate-limit.ts';
import type { Config } from '../config/config.ts';
import { hintFor, type Fault } from '../config/faults.ts';
import { IGNORED_PROXY } from '../config/is-proxy-ignored.ts';
import { createHttpHandler, type HandledRoute, type HttpFunctionHandler } from '../http/handler.ts';
import { createRefusalCounter } from '../http/refusal-counter.ts';
import type { Log } from '../log.ts';
import type { Runtime } from '../runtime.ts';
import type { CoreRuntime } from './core.ts';
import { handleFaultyRoutes } from './faulty-routes.ts';
import { handleSoundRoutes } from './sound-routes.ts';
import { createVerifiers } from './verifiers.ts';

export interface App extends Pick<Wired, 'prefetch'> {
  readonly functions: readonly HttpFunction[];
}

/** The routes of an app, and the request for a first token. */
export interface Wired {
  readonly routes: readonly NamedRoute[];
  /** Requests the token of `default` before the first caller does. Never rejects; callers do not get a failure. */
  prefetch(): Promise<void>;
}

/** One HTTP function, as the host registers it. */
export interface HttpFunction {
  readonly name: string;
  readonly path: string;
  /** `function`: the host requires a key. `anonymous`: this app guards the route, or it is open. */
  readonly authLevel: 'function' | 'anonymous';
  readonly handler: HttpFunctionHandler;
}

/** A route with its handler, under the name of its function. */
export type NamedRoute = HandledRoute & { readonly name: string };

/** Connects all parts. It sends no request before `prefetch`, and it never throws for an invalid setting. */
export function createApp(config: Config, runtime: Runtime): App {
  const { clock } = runtime;
  const shared = { ...runtime, onRefreshFailure: createRefreshFailureLog(runtime.log) };
  const gate = createAppGate(config, shared);
  const refusals = createRefusalCounter(runtime);
  logFaults(config, runtime.log);
  warnOfOpenDoor(config, runtime.log);
  warnOfIgnoredProxy(config, runtime.log);
  const { routes, prefetch } =
    config.kind === 'sound' ? handleSoundRoutes(config, shared, gate) : handleFaultyRoutes(config, clock);
  return {
    prefetch,
    functions: routes.map((route) => ({
      name: route.name,
      path: route.path,
      authLevel: route.access !== 'open' && config.callers.modes.includes('key') ? 'function' : 'anonymous',
      handler: createHttpHandler(route, { clock, gate, refusals, publicAddress: config.publicAddress }),
    })),
  };
}

function createAppGate(config: Config, shared: CoreRuntime): Gate {
  const { ratePerMinute } = config.callers;
  return createGate({
    ...config,
    verifiers: createVerifiers(config, shared),
    rateLimit: ratePerMinute === undefined ? undefined : createRateLimit(ratePerMinute, shared.clock),
  });
}

/** Operators learn of an error when the app starts, not from the first caller that it affects. */
function logFaults({ faults, profileFaults }: Config, log: Log): void {
  const logFault = (fault: Fault, profile?: string): void => {
    log.error({
      event: 'settings.invalid',
      profile,
      detail: `${fault.name} ${fault.problem}.`,
      hint: hintFor([fault]),
    });
  };
  for (const fault of faults) logFault(fault);
  for (const [profile, ofProfile] of profileFaults) for (const fault of ofProfile) logFault(fault, profile);
}

/** With CALLER_AUTH=none everybody gets tokens, so the log says it at every start. */
function warnOfOpenDoor({ callers }: Config, log: Log): void {
  if (!callers.modes.includes('none') || callers.faults.length > 0) return;
  log.warn({
    event: 'callers.not_checked',
    hint: 'CALLER_AUTH=none issues tokens to everybody who can reach this app. Use it only in local development.',
  });
}

/** Without this line an operator sees time-outs of every upstream, and the proxy's own log stays empty. */
function warnOfIgnoredProxy({ isProxyIgnored }: Config, log: Log): void {
  if (!isProxyIgnored) return;
  log.warn({
    event: 'proxy.ignored',
    hint: `${IGNORED_PROXY.output} ${IGNORED_PROXY.hint}`,
  });
}
