import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import * as v from 'valibot';
import { seed, type EntraEmulator } from '../../emulators/emulators.ts';
import type { Journal } from '../journal.ts';
import { describeCaller } from '../readable-log.ts';
import type { CallerAnswer } from '../rehearsal/caller.ts';
import {
  actions,
  faults,
  services,
  type ActionId,
  type FaultId,
  type RehearsalCommand,
  type ServiceId,
} from '../rehearsal/commands.ts';
import type { Rehearsal } from '../rehearsal/rehearsal.ts';

export interface DemoApiOptions {
  readonly apiUrl: string;
  readonly mainApiUrl: string;
  readonly embedOrigin: string;
  readonly entra: Pick<EntraEmulator, 'issueCallerToken'>;
  readonly rehearsal: Rehearsal;
  readonly journal: Journal;
}

export interface DemoAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** Answers the requests of the demo page below /demo/. */
export type DemoApi = (request: IncomingMessage, url: URL) => Promise<DemoAnswer>;

const people = [describePerson('ada', 'Ada'), describePerson('grace', 'Grace')];

function describePerson(id: 'ada' | 'grace', name: string) {
  const { upn, oid } = seed.users[id];
  return { id, name, upn, caller: describeCaller(`${seed.tenantId}/${oid}`) };
}

const tokenLifetimeSeconds = 3600;
const maximumBodyBytes = 1024;

const signInSchema = v.object({ person: v.picklist(people.map(({ id }) => id)) });
const commandSchema = v.union([
  v.object({
    service: v.picklist(services.map(({ id }): ServiceId => id)),
    fault: v.nullable(v.picklist(faults.map(({ id }): FaultId => id))),
  }),
  v.object({ action: v.picklist(actions.map(({ id }): ActionId => id)) }),
]);

/**
 * What the buttons of the demo page call. Everything but the configuration requires the header X-Rehearsal. A page of
 * another origin can only send it after a preflight, which this server does not allow.
 */
export function createDemoApi(options: DemoApiOptions): DemoApi {
  const { entra, rehearsal, journal } = options;
  const routes: Readonly<Record<string, (request: IncomingMessage, url: URL) => Promise<DemoAnswer>>> = {
    'GET /demo/config': () => Promise.resolve(ok(describeDemo(options))),
    'GET /demo/rehearsal': (_request, url) =>
      Promise.resolve(
        ok({ ...describeState(rehearsal), ...linesAfter(journal, Number(url.searchParams.get('after') ?? 0)) }),
      ),
    'POST /demo/rehearsal': async (request) => {
      const command = await readBody(request, commandSchema);
      if (command === undefined) return refuse(400, 'The body must name a fault of a service, or an action.');
      await rehearsal.run(toCommand(command));
      // Without lines: the page gets every line from its next GET, and none twice.
      return ok(describeState(rehearsal));
    },
    'POST /demo/sign-in': async (request) => {
      const body = await readBody(request, signInSchema);
      const person = people.find(({ id }) => id === body?.person);
      if (person === undefined) return refuse(400, 'The body must name a person of this demo.');
      const audience = `api://${seed.personApp.clientId}`;
      const token = await entra.issueCallerToken({ tenantId: seed.tenantId, audience, upn: person.upn });
      return ok({ access_token: token, expires_in: tokenLifetimeSeconds });
    },
  };
  return async (request, url) => {
    const route = routes[`${request.method ?? ''} ${url.pathname}`];
    if (route === undefined) return refuse(404, 'This request does not exist.');
    if (url.pathname !== '/demo/config' && request.headers['x-rehearsal'] === undefined) {
      return refuse(403, 'The header X-Rehearsal is missing.');
    }
    return route(request, url);
  };
}

function describeDemo({ apiUrl, mainApiUrl, embedOrigin }: DemoApiOptions) {
  return {
    apiUrl,
    mainApiUrl,
    embedOrigin,
    workspaceId: seed.workspace.id,
    firstReportId: seed.workspace.payrollReportId,
    people,
    services: services.map(({ id, label }) => ({ id, label })),
    faults: faults.map(({ id, label, effect }) => ({ id, label, effect })),
    actions: actions.map(({ id, label, effect }) => ({ id, label, effect })),
  };
}

function describeState(rehearsal: Rehearsal) {
  const { faults: current, caller } = rehearsal.state();
  return { faults: current, caller: { ...caller, last: describeLastAnswer(caller.last) } };
}

function linesAfter(journal: Journal, seq: number) {
  return { lines: journal.after(seq), seq: journal.lastSeq() };
}

function describeLastAnswer(last: CallerAnswer | undefined) {
  if (last === undefined) return null;
  const { status = null, ms, token = null, expiresIn = null, code = null, detail = null, hint = null } = last;
  return { status, ms, token, expiresIn, code, detail, hint };
}

function toCommand(command: v.InferOutput<typeof commandSchema>): RehearsalCommand {
  if ('action' in command) return { kind: 'action', action: command.action };
  return { kind: 'fault', service: command.service, fault: command.fault ?? undefined };
}

/** Undefined if the body is too long, is not JSON, or is not valid. */
async function readBody<TSchema extends v.GenericSchema>(
  request: IncomingMessage,
  schema: TSchema,
): Promise<v.InferOutput<TSchema> | undefined> {
  if (Number(request.headers['content-length'] ?? 0) > maximumBodyBytes) return undefined;
  try {
    const result = v.safeParse(schema, JSON.parse(await text(request)));
    return result.success ? result.output : undefined;
  } catch {
    // Not JSON.
    return undefined;
  }
}

function ok(body: unknown): DemoAnswer {
  return { status: 200, body };
}

function refuse(status: number, error: string): DemoAnswer {
  return { status, body: { error } };
}
