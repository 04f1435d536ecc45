import {
  isRunning,
  readRefreshDetail,
  readRefreshHistory,
  type RefreshState,
} from '../../src/power-bi/refresh-state.ts';

const ID = '7c9e6679-7425-40de-944b-e07fc1f90ae7';
const START = '2026-03-01T08:00:00.000Z';
const END = '2026-03-01T08:05:00.000Z';
const RUNNING: RefreshState = {
  refreshId: ID,
  status: 'InProgress',
  startedAt: START,
  endedAt: undefined,
  errorCode: undefined,
};

test.each<[string, object, Partial<RefreshState>]>([
  ['Unknown without an end is running', { status: 'Unknown' }, {}],
  ['NotStarted without an end is running', { status: 'NotStarted' }, {}],
  ['an entry without a status and an end is running', {}, {}],
  ['Unknown with an end is a failure', { status: 'Unknown', endTime: END }, { status: 'Failed', endedAt: END }],
  ['Completed is an end', { status: 'Completed', endTime: END }, { status: 'Completed', endedAt: END }],
  ['Disabled is an end', { status: 'Disabled' }, { status: 'Disabled' }],
  [
    'the code of a failure comes from its JSON text',
    {
      status: 'Failed',
      endTime: END,
      serviceExceptionJson: '{"errorCode":"ModelRefreshFailed_CredentialsNotSpecified"}',
    },
    { status: 'Failed', endedAt: END, errorCode: 'ModelRefreshFailed_CredentialsNotSpecified' },
  ],
  ['a failure without JSON has no code', { status: 'Failed', serviceExceptionJson: 'it failed' }, { status: 'Failed' }],
  [
    'a sentence is not a code, because it could quote data',
    { status: 'Failed', serviceExceptionJson: '{"errorCode":"The row Ada is not valid"}' },
    { status: 'Failed' },
  ],
  [
    'a time that does not parse is left out',
    { status: 'Completed', startTime: 'yesterday' },
    { status: 'Completed', startedAt: undefined },
  ],
])('in the history, %s', (_what, entry, expected) => {
  const body = { value: [{ requestId: ID.toUpperCase(), startTime: START, ...entry }] };

  expect(readRefreshHistory(body)).toEqual([{ ...RUNNING, ...expected }]);
});

test.each<[string, object, Partial<RefreshState>]>([
  ['the extended status takes precedence', { status: 'Unknown', extendedStatus: 'Cancelled' }, { status: 'Cancelled' }],
  ['without an extended status the general one is used', { status: 'Completed' }, { status: 'Completed' }],
  ['a timeout is an end', { status: 'Unknown', extendedStatus: 'TimedOut' }, { status: 'TimedOut' }],
  [
    'the code of a failure is that of its first error',
    {
      status: 'Failed',
      messages: [
        { code: 'Slow', type: 'Warning' },
        { code: 'RefreshFailed', type: 'Error' },
        { code: 'Later', type: 'Error' },
      ],
    },
    { status: 'Failed', errorCode: 'RefreshFailed' },
  ],
  [
    'the code of the exception takes precedence over those of the messages',
    {
      status: 'Failed',
      serviceExceptionJson: '{"errorCode":"FromException"}',
      messages: [{ code: 'FromMessage', type: 'Error' }],
    },
    { status: 'Failed', errorCode: 'FromException' },
  ],
  [
    'a failure with only warnings has no code',
    { status: 'Failed', messages: [{ code: 'Slow', type: 'Warning' }] },
    { status: 'Failed' },
  ],
  ['an error without a code causes no code', { status: 'Failed', messages: [{ type: 'Error' }] }, { status: 'Failed' }],
  [
    'the messages of a success are not a failure',
    { status: 'Completed', messages: [{ code: 'RefreshFailed', type: 'Error' }] },
    { status: 'Completed' },
  ],
])('in the details, %s', (_what, detail, expected) => {
  expect(readRefreshDetail({ startTime: START, ...detail }, ID)).toEqual({ ...RUNNING, ...expected });
});

test.each([
  undefined,
  null,
  'text',
  [],
  { value: 'none' },
  { value: [{ status: 'Completed' }] },
  { value: [{ requestId: 'x' }] },
])('%j is not a history', (body) => {
  expect(readRefreshHistory(body)).toBeUndefined();
});

test.each([undefined, null, 'text', { status: 7 }, { messages: 'none' }])('%j is not a refresh', (body) => {
  expect(readRefreshDetail(body, ID)).toBeUndefined();
});

test('only a refresh in progress is running', () => {
  const statuses = ['InProgress', 'Completed', 'Failed', 'Cancelled', 'TimedOut', 'Disabled'] as const;

  expect(statuses.filter((status) => isRunning({ ...RUNNING, status }))).toEqual(['InProgress']);
});
