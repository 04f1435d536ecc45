import type { EmbedProblem, PowerBiEmbedElement, TokenRequest, TokenTimes } from '../src/index.ts';
import { logActivity } from './activity-log.ts';
import { signIn, type DemoConfig, type Person } from './demo-api.ts';
import { byId, create, fillRadios } from './dom.ts';
import { createTokenPanel } from './token-panel.ts';

type ReportElement = HTMLElement & Pick<PowerBiEmbedElement, 'getAccessToken' | 'reload'>;

interface ListedReport {
  readonly id: string;
  readonly name: string;
}

/** The report on the page: the person, the report, and the messages about failures. */
export async function startReportPanel({ apiUrl, workspaceId, firstReportId, people }: DemoConfig): Promise<void> {
  const element = byId('report') as ReportElement;
  const tokenPanel = createTokenPanel();
  const tokens = new Map<string, string>();
  let person = people[0] as Person;

  const getAccessToken = async ({ forceRefresh }: TokenRequest): Promise<string> => {
    const { id } = person;
    const token = (forceRefresh === true ? undefined : tokens.get(id)) ?? (await signIn(id));
    tokens.set(id, token);
    return token;
  };
  let isLoaded = false;
  const start = (): void => {
    isLoaded = false;
    tokenPanel.clear();
    showWaiting(`Loading the report of ${person.name} …`);
    element.reload();
  };
  listen(element, {
    loaded: (times) => {
      isLoaded = true;
      hideNotice();
      tokenPanel.hold(times, false);
      say('info', `The report is loaded for ${person.name}.`);
    },
    renewed: (times) => {
      hideNotice();
      tokenPanel.hold(times, true);
      say('info', 'The token was renewed without reloading the report.');
    },
    error: (problem) => {
      if (problem.retry_in === undefined && problem.code !== 'power_bi') showFailure(problem, start);
      else {
        if (!isLoaded) byId('own').replaceChildren(create('p', { role: 'status' }, 'The report is not loaded yet.'));
        showNotice(problem);
      }
      say('error', `${problem.code}: ${problem.detail}`);
    },
  });
  element.getAccessToken = getAccessToken;
  showWaiting('Looking for reports …');
  const avatar = ({ name }: Person): Node => create('i', { 'aria-hidden': 'true' }, name.slice(0, 1));
  fillRadios(
    byId('people'),
    people.map((one) => ({ value: one.id, label: [avatar(one), one.name] })),
    (id) => {
      person = people.find((one) => one.id === id) ?? person;
      start();
    },
  );
  const show = (reportId: string): void => {
    const src = `${apiUrl}/embed/${workspaceId}/${reportId}`;
    byId('code').textContent = describeTag(src);
    isLoaded = false;
    tokenPanel.clear();
    showWaiting(`Loading the report of ${person.name} …`);
    element.setAttribute('src', src);
  };
  const listed = await listReports(`${apiUrl}/reports?workspace=${workspaceId}`, getAccessToken);
  const reports = [...listed].sort((a, b) => Number(b.id === firstReportId) - Number(a.id === firstReportId));
  fillRadios(
    byId('reports'),
    reports.map(({ id, name }) => ({ value: id, label: [name] })),
    show,
  );
  if (reports[0]) show(reports[0].id);
}

/** The reports that the grants of the app let this person see. */
async function listReports(
  url: string,
  getAccessToken: (request: TokenRequest) => Promise<string>,
): Promise<readonly ListedReport[]> {
  try {
    const response = await fetch(url, { headers: { Authorization: `Bearer ${await getAccessToken({})}` } });
    const answer = (await response.json()) as { readonly value?: ListedReport[] } & EmbedProblem;
    if (answer.value) return answer.value;
    throw new Error(`${answer.code}: ${answer.detail}`);
  } catch (error) {
    showWaiting('The list of reports cannot be read. Trying again …');
    say('error', error instanceof Error ? error.message : String(error));
    await new Promise((resolve) => setTimeout(resolve, 3000));
    return listReports(url, getAccessToken);
  }
}

interface Listeners {
  readonly loaded: (times: TokenTimes) => void;
  readonly renewed: (times: TokenTimes) => void;
  readonly error: (problem: EmbedProblem) => void;
}

function listen(element: HTMLElement, listeners: Listeners): void {
  for (const [name, listener] of Object.entries(listeners) as [string, (detail: unknown) => void][]) {
    element.addEventListener(name, (event) => {
      listener((event as CustomEvent).detail);
    });
  }
}

function describeTag(src: string): string {
  return `<script src="powerbi.js"></script>
<script src="powerbi-embed.js"></script>

<power-bi-embed
  src="${src}"
  filter-pane="hidden"></power-bi-embed>

<script>
  document.querySelector('power-bi-embed').getAccessToken = () => signIn.getToken();
</script>`;
}

function showWaiting(text: string): void {
  hideNotice();
  byId('own').replaceChildren(
    create('i', { class: 'spinner', 'aria-hidden': 'true' }),
    create('p', { role: 'status' }, text),
  );
}

/** A failure that a person must fix: what happened, what to do, and the request id. */
function showFailure({ detail, hint, code, request_id }: EmbedProblem, again: () => void): void {
  hideNotice();
  const button = create('button', { type: 'button', class: 'primary' }, 'Try again');
  button.addEventListener('click', again);
  byId('own').replaceChildren(
    create('h3', {}, 'The report cannot be shown'),
    create('p', { role: 'alert' }, detail),
    ...(hint === undefined ? [] : [create('p', { class: 'hint' }, hint)]),
    create('p', { class: 'id' }, request_id === undefined ? code : `${code}, request ${request_id}`),
    button,
  );
}

/** A temporary failure: the report stays visible. */
function showNotice({ detail, hint, retry_in }: EmbedProblem): void {
  const notice = byId('notice');
  const next = retry_in === undefined ? '' : ` Next attempt in ${retry_in} s.`;
  // The element waits and tries again by itself.
  const advice = hint?.replace(/^Wait for Retry-After seconds, then try again\. ?/, '') ?? '';
  notice.replaceChildren(create('strong', {}, `${detail}${next}`), ...(advice === '' ? [] : [` ${advice}`]));
  notice.hidden = false;
}

function hideNotice(): void {
  byId('notice').hidden = true;
}

function say(level: 'info' | 'error', text: string): void {
  logActivity({ time: new Date(), source: 'page', level, text });
}
