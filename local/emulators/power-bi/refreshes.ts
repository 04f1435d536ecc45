import { randomUUID } from 'node:crypto';
import type { Answer } from '../emulator.ts';
import { entityNotFound, list, refuse } from './power-bi-answers.ts';

export type RefreshEnd = 'Completed' | 'Failed' | 'Cancelled' | 'TimedOut' | 'Disabled';

interface Refresh {
  readonly id: string;
  readonly isEnhanced: boolean;
  readonly startedAtMs: number;
  end: { readonly status: RefreshEnd; readonly atMs: number; readonly errorCode: string | undefined } | undefined;
}

/** The refreshes of every dataset, by dataset id. */
export interface RefreshBook {
  readonly start: (datasetId: string, body: string, isOnDedicatedCapacity: boolean) => Answer;
  readonly history: (datasetId: string, top: string | null) => Answer;
  readonly details: (datasetId: string, refreshId: string) => Answer;
  /** Ends the refresh that is running. */
  readonly end: (datasetId: string, status: RefreshEnd, errorCode?: string) => void;
}

/** `getUrl` returns the URL of the server, which is not known before it listens. */
export function createRefreshBook(nowMs: () => number, getUrl: () => string): RefreshBook {
  const book = new Map<string, Refresh[]>();
  const of = (datasetId: string): Refresh[] => book.get(datasetId) ?? [];
  return {
    start(datasetId, body, isOnDedicatedCapacity) {
      if (of(datasetId).some(({ end }) => end === undefined)) {
        return refuse(400, 'InvalidRequest', 'Another refresh request is already executing.');
      }
      const wanted = body === '' ? {} : (JSON.parse(body) as Record<string, unknown>);
      const isEnhanced = Object.keys(wanted).some((name) => name !== 'notifyOption');
      if (isEnhanced && !isOnDedicatedCapacity) {
        return refuse(400, 'InvalidRequest', 'Only notifyOption is supported for a dataset on shared capacity.');
      }
      const id = randomUUID();
      book.set(datasetId, [{ id, isEnhanced, startedAtMs: nowMs(), end: undefined }, ...of(datasetId)]);
      if (!isEnhanced) return { status: 202 };
      return {
        status: 202,
        headers: { 'x-ms-request-id': id, location: `${getUrl()}/v1.0/myorg/datasets/${datasetId}/refreshes/${id}` },
      };
    },
    history: (datasetId, top) =>
      list(
        getUrl(),
        'refreshes',
        of(datasetId)
          .slice(0, Number(top ?? 60))
          .map(describeEntry),
      ),
    details(datasetId, refreshId) {
      const refresh = of(datasetId).find(({ id }) => id === refreshId);
      if (refresh?.isEnhanced !== true) return entityNotFound();
      const { end } = refresh;
      return { status: end === undefined ? 202 : 200, body: describeDetails(refresh) };
    },
    end(datasetId, status, errorCode) {
      const running = of(datasetId).find(({ end }) => end === undefined);
      if (running !== undefined) running.end = { status, atMs: nowMs(), errorCode };
    },
  };
}

const times = ({ startedAtMs, end }: Refresh) => ({
  startTime: new Date(startedAtMs).toISOString(),
  ...(end === undefined ? {} : { endTime: new Date(end.atMs).toISOString() }),
});

/** The history has fewer states: it does not distinguish running, cancelled and timed-out refreshes. */
function describeEntry(refresh: Refresh): Record<string, unknown> {
  const { id, isEnhanced, end } = refresh;
  const isPlain = end?.status === 'Completed' || end?.status === 'Disabled';
  return {
    requestId: id,
    refreshType: isEnhanced ? 'ViaEnhancedApi' : 'ViaApi',
    ...times(refresh),
    status: end === undefined ? 'Unknown' : isPlain ? end.status : 'Failed',
    ...(end?.errorCode === undefined ? {} : { serviceExceptionJson: JSON.stringify({ errorCode: end.errorCode }) }),
  };
}

function describeDetails(refresh: Refresh): Record<string, unknown> {
  const { end } = refresh;
  const general = end === undefined || end.status === 'Cancelled' || end.status === 'TimedOut' ? 'Unknown' : end.status;
  return {
    ...times(refresh),
    type: 'Full',
    commitMode: 'Transactional',
    status: general,
    extendedStatus: end?.status ?? 'InProgress',
    currentRefreshType: 'Full',
    numberOfAttempts: 0,
    objects: [],
    ...(end?.errorCode === undefined
      ? {}
      : { messages: [{ code: end.errorCode, message: 'The refresh failed.', type: 'Error' }] }),
  };
}
