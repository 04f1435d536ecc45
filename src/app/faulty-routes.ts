import type { Clock } from '../clock.ts';
import type { FaultyConfig } from '../config/config.ts';
import { misconfigured } from '../config/faults.ts';
import type { Handler } from '../http/handler.ts';
import { handleHealth } from '../http/health-handler.ts';
import { createOpenApiHandler } from '../http/openapi-handler.ts';
import { createProtectedResourceHandler } from '../http/protected-resource-handler.ts';
import { createReadinessHandler } from '../http/readiness-handler.ts';
import { ROUTES, type FaultServingRouteName, type Route } from '../http/routes.ts';
import { reportFaults } from '../readiness/check-readiness.ts';
import type { Wired } from './app.ts';

/**
 * The routes of an app with invalid settings. Those with `servesFaults` work; every other one answers `misconfigured`. No part
 * that could issue a token exists.
 */
export function handleFaultyRoutes(config: FaultyConfig, clock: Clock): Wired {
  const refuse = (): never => {
    throw misconfigured(config.faults);
  };
  const working: Readonly<Record<FaultServingRouteName, Handler>> = {
    health: handleHealth,
    openapi: createOpenApiHandler(config),
    protectedResource: createProtectedResourceHandler(config),
    readiness: createReadinessHandler(() => Promise.resolve(reportFaults(config, clock))),
  };
  const routes = Object.entries<Route>(ROUTES).map(([name, route]) => ({
    name,
    ...route,
    handler: route.servesFaults === true ? working[name as FaultServingRouteName] : refuse,
  }));
  return { routes, prefetch: () => Promise.resolve() };
}
