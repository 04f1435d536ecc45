/** The requests that `npm start` serves for this page. local/start defines the names. */
export interface DemoConfig {
  /** The app that serves the report. */
  readonly apiUrl: string;
  /** The app that the buttons restart. */
  readonly mainApiUrl: string;
  /** The report to open first: its rows depend on the person. */
  readonly firstReportId: string;
  readonly workspaceId: string;
  readonly people: readonly Person[];
  readonly services: readonly { readonly id: string; readonly label: string }[];
  readonly faults: readonly Choice[];
  readonly actions: readonly Choice[];
}

export interface Person {
  readonly id: string;
  readonly name: string;
  readonly upn: string;
  /** The name of this person in the lines of the app. */
  readonly caller: string;
}

export interface Choice {
  readonly id: string;
  readonly label: string;
  readonly effect: string;
}

export interface RehearsalState {
  readonly faults: Readonly<Record<string, string | null>>;
  readonly caller: CallerState;
}

/** The state, and the lines of the terminal after those that the page has. */
export interface RehearsalNews extends RehearsalState {
  readonly lines: readonly LogLine[];
  readonly seq: number;
}

export interface CallerState {
  readonly calls: number;
  readonly served: number;
  readonly slowestMs: number;
  /** A status of null: the function app did not answer. */
  readonly last: {
    readonly status: number | null;
    readonly code: string | null;
    readonly hint: string | null;
  } | null;
}

export interface LogLine {
  readonly time: string;
  readonly source: string;
  readonly level: 'info' | 'warn' | 'error';
  readonly text: string;
}

export type RehearsalCommand =
  { readonly service: string; readonly fault: string | null } | { readonly action: string };

export const readConfig = (): Promise<DemoConfig> => ask<DemoConfig>('/demo/config');

/** A real page uses MSAL.js. */
export async function signIn(person: string): Promise<string> {
  return (await ask<{ access_token: string }>('/demo/sign-in', { person })).access_token;
}

export const rehearse = (command: RehearsalCommand): Promise<RehearsalState> =>
  ask<RehearsalState>('/demo/rehearsal', command);

export const readRehearsal = (after: number): Promise<RehearsalNews> =>
  ask<RehearsalNews>(`/demo/rehearsal?after=${after}`);

async function ask<Answer>(path: string, body?: unknown): Promise<Answer> {
  const response = await fetch(path, {
    headers: { 'X-Rehearsal': '1', ...(body === undefined ? {} : { 'Content-Type': 'application/json' }) },
    ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
  });
  const answer = (await response.json()) as Answer & { readonly error?: string };
  if (!response.ok) throw new Error(answer.error ?? `${path} answered ${response.status}.`);
  return answer;
}
