import { logActivity } from './activity-log.ts';
import {
  readRehearsal,
  rehearse,
  type CallerState,
  type DemoConfig,
  type RehearsalCommand,
  type RehearsalNews,
  type RehearsalState,
} from './demo-api.ts';
import { byId, create } from './dom.ts';

const POLL_MS = 1000;

/** Controls that break the stand-ins, and how the app reacts. */
export function startRehearsalPanel({ services, faults, actions, people, apiUrl, mainApiUrl }: DemoConfig): void {
  const selects = new Map<string, HTMLSelectElement>();
  let seq = 0;

  const show = (state: RehearsalState): void => {
    for (const [service, select] of selects) {
      const fault = state.faults[service] ?? '';
      if (document.activeElement !== select) select.value = fault;
      select.parentElement?.classList.toggle('broken', fault !== '');
    }
    showCaller(state.caller);
  };
  const showNews = (news: RehearsalNews): void => {
    show(news);
    for (const { time, source, level, text } of news.lines) {
      logActivity({ time: new Date(time), source, level, text: simplifyLine(text, people) });
    }
    seq = news.seq;
  };
  const send = (wanted: RehearsalCommand): void => {
    rehearse(wanted).then(show).catch(sayFailure);
  };
  const poll = (): void => {
    readRehearsal(seq)
      .then(showNews)
      // The next poll reports the same, as long as it is true.
      .catch(sayFailure)
      .finally(() => setTimeout(poll, POLL_MS));
  };

  byId('apps').textContent =
    `A caller, which starts with the first failure, uses the app on port ${new URL(mainApiUrl).port}. Restart restarts that app. ` +
    `The report has its own app, on port ${new URL(apiUrl).port}.`;
  for (const { id, label } of services) {
    const options = faults.map((fault) => create('option', { value: fault.id, title: fault.effect }, fault.label));
    const select = create('select', {}, create('option', { value: '' }, 'healthy'), ...options) as HTMLSelectElement;
    select.addEventListener('change', () => {
      send({ service: id, fault: select.value === '' ? null : select.value });
    });
    selects.set(id, select);
    byId('services').append(create('label', {}, create('span', {}, label), select));
  }
  for (const { id, label, effect } of actions) {
    const button = create('button', { type: 'button', title: effect }, label);
    button.addEventListener('click', () => {
      send({ action: id });
    });
    byId('actions').append(button);
  }
  poll();
}

/** The lines of the app begin with the time, which the log shows separately, and name a person by an id. */
function simplifyLine(text: string, people: DemoConfig['people']): string {
  const line = text.replace(/^\d\d:\d\d:\d\d\s+/, '');
  return people.reduce((shorter, { caller, name }) => shorter.replaceAll(caller, name), line);
}

function showCaller({ calls, served, slowestMs, last }: CallerState): void {
  const caller = byId('caller');
  caller.hidden = calls === 0;
  const requested = calls === 1 ? '1 token' : `${calls} tokens`;
  const time = served === 0 ? '' : `, the slowest in ${Math.round(slowestMs)} ms`;
  const summary = `Since the last change, a caller requested ${requested}: ${served} served${time}.`;
  caller.textContent = `${summary}${describeRefusal(last)}`;
}

function describeRefusal(last: CallerState['last']): string {
  if (last === null || last.status === 200) return '';
  if (last.status === null) return ' The function app does not answer.';
  return ` Last answer: ${[last.status, last.code].filter(Boolean).join(' ')}. ${last.hint ?? ''}`;
}

let lastFailure = '';

function sayFailure(error: unknown): void {
  const text = error instanceof Error ? error.message : String(error);
  if (text !== lastFailure) logActivity({ time: new Date(), source: 'page', level: 'error', text });
  lastFailure = text;
}
