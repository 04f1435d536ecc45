import * as v from 'valibot';
import { elapsedMs, HOUR_MS, MINUTE_MS, type Moment } from '../clock.ts';
import { createRefreshAheadCache, type CacheDependencies } from '../cache/refresh-ahead-cache.ts';
import { isTransient } from '../errors.ts';
import { createBudget, REQUEST_BUDGET_MS } from '../upstream/budget.ts';
import { unavailable } from '../upstream/unavailable.ts';
import { dashboardList, datasetList, datasourceList, reportList, tileList } from './items.ts';
import type { Dashboard, Dataset, Report, Tile } from './items.ts';
import { accountKey, type PowerBiAccount, type PowerBiClient } from './power-bi-client.ts';

/**
 * The items of the workspaces that an account can read. A list is refreshed after four minutes and used for five, in an
 * outage for an hour.
 */
export interface Catalog {
  reports(account: PowerBiAccount, workspaceId: string, isFoundIn: IsFoundIn<Report>): Promise<readonly Report[]>;
  datasets(account: PowerBiAccount, workspaceId: string, isFoundIn: IsFoundIn<Dataset>): Promise<readonly Dataset[]>;
  dashboards(
    account: PowerBiAccount,
    workspaceId: string,
    isFoundIn: IsFoundIn<Dashboard>,
  ): Promise<readonly Dashboard[]>;
  tiles(
    account: PowerBiAccount,
    dashboard: { workspaceId: string; id: string },
    isFoundIn: IsFoundIn<Tile>,
  ): Promise<readonly Tile[]>;
  /** The ids of the semantic models under a paginated report. */
  modelsOfPaginatedReport(
    account: PowerBiAccount,
    report: { workspaceId: string; id: string },
  ): Promise<readonly string[]>;
}

/** Whether the list has the wanted items. If not, they may be new: the list is loaded again, at most twice a minute. */
export type IsFoundIn<T> = (items: readonly T[]) => boolean;

export interface CatalogDependencies extends CacheDependencies {
  readonly powerBi: PowerBiClient;
}

interface KeptList {
  readonly items: readonly unknown[];
  readonly loadedAt: Moment;
}

const REFRESH_AFTER_MS = 4 * MINUTE_MS;
const KEPT_FOR_MS = 5 * MINUTE_MS;
/** While Power BI is not available, an older list is better than no report. */
const KEPT_FOR_IN_OUTAGE_MS = HOUR_MS;
const LEAST_BETWEEN_LOOKS_MS = 30_000;
/** A request needs lists first and a token afterwards. */
const LIST_BUDGET_MS = REQUEST_BUDGET_MS / 2;
const MAX_ENTRIES = 5_000;

export function createCatalog(dependencies: CatalogDependencies): Catalog {
  const { clock, powerBi } = dependencies;
  const lists = createRefreshAheadCache<KeptList>({
    ...dependencies,
    freshness: {
      shouldRefresh: ({ loadedAt }, now) => elapsedMs(loadedAt, now) >= REFRESH_AFTER_MS,
      mustRefresh: ({ loadedAt }, now) => elapsedMs(loadedAt, now) >= KEPT_FOR_MS,
    },
    maxEntries: MAX_ENTRIES,
  });

  /** `schema` is always the same for one path. */
  async function list<T>(
    account: PowerBiAccount,
    { path, schema }: { path: string; schema: v.GenericSchema<unknown, readonly T[]> },
    isFoundIn: IsFoundIn<T> = () => true,
  ): Promise<readonly T[]> {
    const key = `${accountKey(account)} ${path}`;
    const load = async (): Promise<KeptList> => {
      const loadedAt = clock.now();
      const { body } = await powerBi.ask(account, { path }, createBudget(clock, LIST_BUDGET_MS));
      const parsed = v.safeParse(schema, body);
      if (!parsed.success)
        throw unavailable('returned a list that cannot be read', { service: 'power-bi', status: 200 });
      return { items: parsed.output, loadedAt };
    };
    const held = await getHeld(key, load);
    const items = held.items as readonly T[];
    if (isFoundIn(items) || elapsedMs(held.loadedAt, clock.now()) < LEAST_BETWEEN_LOOKS_MS) return items;
    return (await lists.reload(key, load, held.loadedAt)).items as readonly T[];
  }

  async function getHeld(key: string, load: () => Promise<KeptList>): Promise<KeptList> {
    try {
      return (await lists.get(key, load)).value;
    } catch (error) {
      const held = lists.peek(key);
      const isUsable = held !== undefined && elapsedMs(held.loadedAt, clock.now()) < KEPT_FOR_IN_OUTAGE_MS;
      if (isUsable && isTransient(error)) return held;
      throw error;
    }
  }

  return {
    reports: (account, workspaceId, isFoundIn) =>
      list(account, { path: `/groups/${workspaceId}/reports`, schema: reportList }, isFoundIn),
    datasets: (account, workspaceId, isFoundIn) =>
      list(account, { path: `/groups/${workspaceId}/datasets`, schema: datasetList }, isFoundIn),
    dashboards: (account, workspaceId, isFoundIn) =>
      list(account, { path: `/groups/${workspaceId}/dashboards`, schema: dashboardList }, isFoundIn),
    tiles: (account, { workspaceId, id }, isFoundIn) =>
      list(account, { path: `/groups/${workspaceId}/dashboards/${id}/tiles`, schema: tileList }, isFoundIn),
    modelsOfPaginatedReport: (account, { workspaceId, id }) =>
      list(account, { path: `/groups/${workspaceId}/reports/${id}/datasources`, schema: datasourceList }),
  };
}
