import * as v from 'valibot';
import { memberOf, parseJson } from '../json.ts';

/** The state of a refresh. */
export interface RefreshState {
  readonly refreshId: string;
  readonly status: RefreshStatus;
  readonly startedAt: string | undefined;
  readonly endedAt: string | undefined;
  /** Power BI's own code of a failure. */
  readonly errorCode: string | undefined;
}

const ENDS = ['Completed', 'Failed', 'Cancelled', 'TimedOut', 'Disabled'] as const;
export type RefreshStatus = 'InProgress' | (typeof ENDS)[number];

const id = v.pipe(v.string(), v.uuid(), v.toLowerCase());
const instant = v.optional(v.pipe(v.string(), v.isoTimestamp()));

const common = {
  status: v.optional(v.string()),
  startTime: v.fallback(instant, undefined),
  endTime: v.fallback(instant, undefined),
  serviceExceptionJson: v.optional(v.string()),
};

const historySchema = v.object({ value: v.array(v.looseObject({ requestId: id, ...common })) });
const detailSchema = v.looseObject({
  ...common,
  extendedStatus: v.optional(v.string()),
  messages: v.optional(v.array(v.looseObject({ code: v.optional(v.string()), type: v.optional(v.string()) })), []),
});

/** The history of a dataset's refreshes, latest first; undefined if it cannot be read. */
export function readRefreshHistory(body: unknown): readonly RefreshState[] | undefined {
  const parsed = v.safeParse(historySchema, body);
  if (!parsed.success) return undefined;
  return parsed.output.value.map(({ requestId, ...entry }) => toState(requestId, entry));
}

/** The details of one enhanced refresh; undefined if they cannot be read. */
export function readRefreshDetail(body: unknown, refreshId: string): RefreshState | undefined {
  const parsed = v.safeParse(detailSchema, body);
  if (!parsed.success) return undefined;
  const { extendedStatus, status, messages, ...entry } = parsed.output;
  const failure = messages.find(({ type }) => type === 'Error')?.code;
  const state = toState(refreshId, { ...entry, status: extendedStatus ?? status });
  return state.status === 'Failed' ? { ...state, errorCode: state.errorCode ?? readErrorCode(failure) } : state;
}

export function isRunning({ status }: RefreshState): boolean {
  return status === 'InProgress';
}

interface Entry {
  readonly status?: string | undefined;
  readonly startTime?: string | undefined;
  readonly endTime?: string | undefined;
  readonly serviceExceptionJson?: string | undefined;
}

function toState(refreshId: string, { status, startTime, endTime, serviceExceptionJson }: Entry): RefreshState {
  return {
    refreshId,
    status: toStatus(status, endTime),
    startedAt: startTime,
    endedAt: endTime,
    errorCode: readErrorCode(memberOf(parseJson(serviceExceptionJson), 'errorCode')),
  };
}

/** `Unknown` and `NotStarted` mean that a refresh is still running. With an end time it has failed. */
function toStatus(status: string | undefined, endTime: string | undefined): RefreshStatus {
  return ENDS.find((end) => end === status) ?? (endTime === undefined ? 'InProgress' : 'Failed');
}

/** Letters, digits and underscores, never a sentence, which could contain data. */
function readErrorCode(code: unknown): string | undefined {
  return typeof code === 'string' && /^\w{1,100}$/.test(code) ? code : undefined;
}
