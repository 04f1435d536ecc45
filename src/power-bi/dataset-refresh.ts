import * as v from 'valibot';
import { createRefreshAheadCache, type CacheDependencies } from '../cache/refresh-ahead-cache.ts';
import { elapsedMs, type Moment } from '../clock.ts';
import { isTransient, UpstreamError } from '../errors.ts';
import { unavailable } from '../upstream/unavailable.ts';
import { accountKey, type PowerBiAccount, type PowerBiClient } from './power-bi-client.ts';
import { isRunning, readRefreshDetail, readRefreshHistory, type RefreshState } from './refresh-state.ts';

export interface DatasetPlace {
  readonly workspaceId: string;
  readonly datasetId: string;
}

/** Refreshes of datasets. Throws the error of Power BI. */
export interface DatasetRefreshes {
  /** Starts a refresh, or finds the one that is running. The start is sent once. */
  start(account: PowerBiAccount, place: DatasetPlace): Promise<string>;
  /** The state of a refresh. Callers within ten seconds share one answer. */
  status(account: PowerBiAccount, place: DatasetPlace, refreshId: string): Promise<RefreshState>;
}

export interface DatasetRefreshDependencies extends CacheDependencies {
  readonly powerBi: PowerBiClient;
}

const STATUS_KEPT_FOR_MS = 10_000;
const MAX_STATUSES = 2_000;
/** Power BI keeps the last 60 refreshes of a dataset. */
const HISTORY_LENGTH = 60;

const ENHANCED = { type: 'Full' } as const;
const PLAIN = { notifyOption: 'NoNotification' } as const;
type StartBody = typeof ENHANCED | typeof PLAIN;
/** `refusal`: Power BI refused this kind of start, and no refresh is running. */
type Sent = { readonly id: string } | { readonly refusal: UpstreamError };

const requestId = v.pipe(v.string(), v.uuid());

export function createDatasetRefreshes({ powerBi, ...dependencies }: DatasetRefreshDependencies): DatasetRefreshes {
  const { clock } = dependencies;
  const isOld = ({ readAt }: { readAt: Moment }, now: Moment): boolean => elapsedMs(readAt, now) >= STATUS_KEPT_FOR_MS;
  const statuses = createRefreshAheadCache<{ readonly state: RefreshState; readonly readAt: Moment }>({
    ...dependencies,
    freshness: { shouldRefresh: isOld, mustRefresh: isOld },
    maxEntries: MAX_STATUSES,
  });

  async function history(account: PowerBiAccount, place: DatasetPlace, top: number): Promise<readonly RefreshState[]> {
    const { body } = await powerBi.ask(account, { path: `${pathOf(place)}?$top=${top}` });
    const states = readRefreshHistory(body);
    if (states === undefined)
      throw unavailable('returned a refresh history that cannot be read', { service: 'power-bi', status: 200 });
    return states;
  }

  async function findRunning(account: PowerBiAccount, place: DatasetPlace): Promise<string | undefined> {
    const [latest] = await history(account, place, 1);
    return latest !== undefined && isRunning(latest) ? latest.refreshId : undefined;
  }

  /** Sends one start. Power BI answers 400 if a refresh is running, and if shared capacity does not allow this kind. */
  async function send(account: PowerBiAccount, place: DatasetPlace, body: StartBody): Promise<Sent> {
    try {
      const { headers } = await powerBi.ask(account, { path: pathOf(place), body, isSentOnce: true });
      const id = headers.get('x-ms-request-id') ?? headers.get('location')?.split('/').at(-1);
      // The answer to a plain refresh has no id, or one that is not in the history.
      if (body === ENHANCED && v.is(requestId, id)) return { id: id.toLowerCase() };
      const running = await findRunning(account, place);
      if (running !== undefined) return { id: running };
      throw unavailable('has started the refresh, but does not list it yet', { service: 'power-bi', status: 202 });
    } catch (error) {
      if (!isBadRequest(error)) throw mayHaveStarted(error);
      const running = await findRunning(account, place);
      return running === undefined ? { refusal: error } : { id: running };
    }
  }

  async function readState(account: PowerBiAccount, place: DatasetPlace, refreshId: string): Promise<RefreshState> {
    try {
      const { body } = await powerBi.ask(account, { path: `${pathOf(place)}/${refreshId}` });
      const state = readRefreshDetail(body, refreshId);
      if (state !== undefined) return state;
    } catch (error) {
      // Only enhanced refreshes have details; the history has all refreshes.
      if (!isBadRequest(error) && !isNotFound(error)) throw error;
      const state = (await history(account, place, HISTORY_LENGTH)).find((one) => one.refreshId === refreshId);
      if (state === undefined) throw error;
      return state;
    }
    throw unavailable('returned a refresh status that cannot be read', { service: 'power-bi', status: 200 });
  }

  return {
    async start(account, place) {
      const enhanced = await send(account, place, ENHANCED);
      const sent = 'refusal' in enhanced ? await send(account, place, PLAIN) : enhanced;
      if ('refusal' in sent) throw sent.refusal;
      return sent.id;
    },
    async status(account, place, refreshId) {
      const key = `${accountKey(account)} ${pathOf(place)}/${refreshId}`;
      const { value } = await statuses.get(key, async () => {
        const readAt = clock.now();
        return { state: await readState(account, place, refreshId), readAt };
      });
      return value.state;
    },
  };
}

function pathOf({ workspaceId, datasetId }: DatasetPlace): string {
  return `/groups/${workspaceId}/datasets/${datasetId}/refreshes`;
}

function isBadRequest(error: unknown): error is UpstreamError {
  return error instanceof UpstreamError && error.upstream.status === 400;
}

function isNotFound(error: unknown): boolean {
  return error instanceof UpstreamError && error.upstream.status === 404;
}

/** Without an answer it is not known whether the request arrived, so it is not sent again. */
function mayHaveStarted(error: unknown): unknown {
  if (!isTransient(error) || error.upstream.status === 429) return error;
  return new UpstreamError(error.code, error.message, error.upstream, {
    retryAfterSeconds: error.retryAfterSeconds,
    cause: error,
    hint: 'The refresh may have started, so the app did not repeat the request. Send it again after Retry-After seconds: if the refresh is running, you get its id and no second one starts.',
  });
}
