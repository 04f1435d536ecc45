import type { Gate } from '../callers/gate.ts';
import type { SoundConfig } from '../config/config.ts';
import { createCallbackHandler } from '../http/callback-handler.ts';
import {
  createEmbedDashboardHandler,
  createEmbedReportHandler,
  createEmbedTileHandler,
} from '../http/embed-handler.ts';
import { createEmbedTokenHandler } from '../http/embed-token-handler.ts';
import type { GuardedRequest, HandledRoute, Handler } from '../http/handler.ts';
import { handleHealth } from '../http/health-handler.ts';
import { createListHandler, createPersonListHandler } from '../http/list-handler.ts';
import { createOpenApiHandler } from '../http/openapi-handler.ts';
import { createPersonTokenHandler } from '../http/person-token-handler.ts';
import { createProtectedResourceHandler } from '../http/protected-resource-handler.ts';
import { createReadinessHandler } from '../http/readiness-handler.ts';
import { createRefreshStatusHandler, createStartRefreshHandler } from '../http/refresh-handlers.ts';
import { nameForPerson, PERSON_ROUTES, ROUTES, type PersonRouteName, type RouteName } from '../http/routes.ts';
import { createSignInCookies, type SignInCookies } from '../http/sign-in-cookies.ts';
import { createSignInHandler } from '../http/sign-in-handler.ts';
import { createSignOutHandler } from '../http/sign-out-handler.ts';
import { createTokenHandler } from '../http/token-handler.ts';
import { createCatalog } from '../power-bi/catalog.ts';
import { createDatasetRefreshes } from '../power-bi/dataset-refresh.ts';
import { createEmbedTokens } from '../power-bi/embed-tokens.ts';
import { createPowerBiApi } from '../power-bi/power-bi-api.ts';
import { createPowerBiClient } from '../power-bi/power-bi-client.ts';
import type { SignInProfile } from '../profiles/profiles.ts';
import { createReadinessCheck } from '../readiness/check-readiness.ts';
import { createSealedBox } from '../sign-in/sealed-box.ts';
import { sessionSchema, transactionSchema } from '../sign-in/session.ts';
import type { NamedRoute, Wired } from './app.ts';
import { createAppCore, type AppCore, type CoreRuntime } from './core.ts';

type Handlers = {
  readonly [N in RouteName]: (typeof ROUTES)[N]['access'] extends 'open' ? Handler : Handler<GuardedRequest>;
};

/** Every route of an app with valid settings. */
export function handleSoundRoutes(config: SoundConfig, runtime: CoreRuntime, gate: Gate): Wired {
  const core = createAppCore(config, runtime);
  const powerBiClient = createPowerBiClient({
    clock: runtime.clock,
    tokens: core.tokens,
    powerBi: createPowerBiApi(runtime),
  });
  const forPowerBi = { ...runtime, powerBi: powerBiClient };
  const shared = {
    ...config.signIn,
    clock: runtime.clock,
    gate,
    ...core,
    powerBiClient,
    catalog: createCatalog(forPowerBi),
    embedTokens: createEmbedTokens(forPowerBi),
    refreshes: createDatasetRefreshes(forPowerBi),
    publicAddress: config.publicAddress,
    cookies: createCookies(core, runtime),
  };
  const handlers: Handlers = {
    token: createTokenHandler(shared),
    GetAccessToken: createTokenHandler(shared),
    embedToken: createEmbedTokenHandler(shared),
    embedReport: createEmbedReportHandler(shared),
    embedDashboard: createEmbedDashboardHandler(shared),
    embedTile: createEmbedTileHandler(shared),
    workspacesOfProfile: createListHandler('workspaces', shared),
    reportsOfProfile: createListHandler('reports', shared),
    datasetsOfProfile: createListHandler('datasets', shared),
    startRefresh: createStartRefreshHandler(shared),
    refreshStatus: createRefreshStatusHandler(shared),
    signIn: createSignInHandler(shared),
    callback: createCallbackHandler(shared),
    signOut: createSignOutHandler(shared),
    personToken: createPersonTokenHandler(shared),
    health: handleHealth,
    readiness: createReadinessHandler(createReadinessCheck({ config, ...shared })),
    openapi: createOpenApiHandler(config),
    protectedResource: createProtectedResourceHandler(config),
  };
  const forPerson: Readonly<Record<PersonRouteName, (profile: SignInProfile) => Handler>> = {
    workspacesOfPerson: (profile) => createPersonListHandler('workspaces', profile, shared),
    reportsOfPerson: (profile) => createPersonListHandler('reports', profile, shared),
    datasetsOfPerson: (profile) => createPersonListHandler('datasets', profile, shared),
  };
  const people = core.profiles.all.filter((profile) => profile.kind === 'sign-in');
  const routes: NamedRoute[] = [
    ...namesOf(ROUTES).map((name) => ({ name, ...ROUTES[name], handler: handlers[name] }) as NamedRoute),
    ...namesOf(PERSON_ROUTES).flatMap((name) =>
      people.map((profile): NamedRoute => {
        const route: HandledRoute = { ...PERSON_ROUTES[name], handler: forPerson[name](profile) };
        return { ...route, ...nameForPerson(name, profile.name) };
      }),
    ),
  ];
  return { routes, prefetch: () => prefetchDefault(core) };
}

/** Requests the token of `default`, if it is the app's own. A password is never sent before a caller requests a token. */
async function prefetchDefault({ profiles, tokens }: AppCore): Promise<void> {
  const profile = profiles.all.find(({ name }) => name === 'default');
  if (profile?.kind !== 'own' || profile.settings.grant === 'password') return;
  await tokens.prefetch(profile.endpoint);
}

function namesOf<T extends object>(table: T): (keyof T)[] {
  return Object.keys(table) as (keyof T)[];
}

/** The cookies of people who sign in, encrypted with keys from the vault. */
function createCookies({ cookieKeys: keys }: AppCore, { clock }: CoreRuntime): SignInCookies {
  return createSignInCookies({
    sessions: createSealedBox({ purpose: 'session', schema: sessionSchema, clock, keys }),
    transactions: createSealedBox({ purpose: 'sign-in', schema: transactionSchema, clock, keys }),
    clock,
  });
}
