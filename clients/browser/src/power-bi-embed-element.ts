import type { Embed, Report } from 'powerbi-client';
import { describeFilterPane } from './create-screen.ts';
import type { Access, EmbedOptions, FilterPane, GetAccessToken } from './embed-options.ts';
import { embed, type Embedding } from './embed.ts';

const STYLE = `
:host { display: block; position: relative; aspect-ratio: 16 / 9 }
:host([hidden]) { display: none }
div { position: absolute; inset: 0; visibility: hidden }
iframe { border: 0 }
.shown { visibility: visible }
.shown:not(:empty) + slot { display: none }`;

type ReportCommands = Pick<Report, 'setPage' | 'updateSettings'>;

/** A server that renders pages has no HTMLElement, and never creates this element. */
const { HTMLElement: Base = Object as unknown as typeof HTMLElement } = globalThis as Partial<typeof globalThis>;

/**
 * `<power-bi-embed src="https://APP/api/embed/WORKSPACE/REPORT">`. It shows its own content while the report loads and after a final failure.
 * Its events do not bubble: `loaded` and `renewed` (TokenTimes), `rendered`, `error` (EmbedProblem).
 */
export class PowerBiEmbedElement extends Base {
  static readonly observedAttributes = ['src', 'profile', 'access', 'credentials', 'page', 'filter-pane'];

  #getAccessToken: GetAccessToken | undefined;
  #embedding: Embedding | undefined;
  #isStarting = false;
  readonly #frame = document.createElement('div');

  constructor() {
    super();
    const root = this.attachShadow({ mode: 'open' });
    // Unlike a style element, a style sheet object needs no exception in the page's Content-Security-Policy.
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE);
    root.adoptedStyleSheets = [sheet];
    root.append(this.#frame, document.createElement('slot'));
    const early = Object.getOwnPropertyDescriptor(this, 'getAccessToken');
    if (early === undefined) return;
    // A property that was set before this class was defined hides the accessor.
    delete (this as { getAccessToken?: unknown }).getAccessToken;
    this.#getAccessToken = early.value as GetAccessToken;
  }

  /** Returns the person's bearer token for the app. A new function is used from the next request. */
  get getAccessToken(): GetAccessToken | undefined {
    return this.#getAccessToken;
  }

  set getAccessToken(getAccessToken: GetAccessToken | undefined) {
    const isFirst = !this.#getAccessToken;
    this.#getAccessToken = getAccessToken;
    // The first function restarts a refused load. Later functions only replace it, because frameworks set a new one at every rendering.
    if (isFirst) this.reload();
  }

  /** powerbi-client's object, when the item is embedded; undefined while the element is in no page or has no `src`. */
  get component(): Promise<Embed> | undefined {
    return this.#embedding?.component;
  }

  connectedCallback(): void {
    this.reload();
  }

  disconnectedCallback(): void {
    this.#stop();
  }

  attributeChangedCallback(name: string, _before: string | null, value: string | null): void {
    if (value && name === 'page') this.#change((report) => report.setPage(value));
    else if (value && name === 'filter-pane') {
      const filters = describeFilterPane(value as FilterPane);
      this.#change((report) => report.updateSettings({ panes: { filters } }));
    } else this.reload();
  }

  /** Loads the item again: for another person, or after a failure. Several calls at once count as one. */
  reload(): void {
    if (this.#isStarting) return;
    this.#isStarting = true;
    // Frameworks set attributes and properties one by one.
    queueMicrotask(() => {
      this.#isStarting = false;
      this.#stop();
      if (this.isConnected && this.getAttribute('src')) this.#start();
    });
  }

  #start(): void {
    const embedding = embed(this.#frame, this.#readOptions());
    this.#embedding = embedding;
    const showUnloaded = ({ config }: Embed): void => {
      const isPaginated = config.type === 'report' && !('viewMode' in config);
      // Not every version of Power BI reports that a paginated report is loaded.
      if (isPaginated && this.#embedding === embedding) this.#show();
    };
    embedding.component.then(showUnloaded, () => undefined);
  }

  #show(): void {
    this.#frame.className = 'shown';
  }

  #stop(): void {
    this.#embedding?.dispose();
    this.#embedding = undefined;
    this.#frame.className = '';
  }

  #change(change: (report: ReportCommands) => Promise<unknown>): void {
    // If this fails, powerbi-client raises its own error.
    this.component?.then((component) => change(component as unknown as ReportCommands)).catch(() => undefined);
  }

  #readOptions(): EmbedOptions {
    const read = (name: string): string | undefined => this.getAttribute(name) ?? undefined;
    const raise = (name: string, detail?: unknown): void => {
      this.dispatchEvent(new CustomEvent(name, { detail }));
    };
    const credentials = read('credentials');
    const tokenSource = (): GetAccessToken | undefined => this.#getAccessToken;
    return {
      src: read('src') ?? '',
      profile: read('profile'),
      access: read('access') as Access | undefined,
      page: read('page'),
      filterPane: read('filter-pane') as FilterPane | undefined,
      credentials: credentials === '' ? 'include' : (credentials as RequestCredentials | undefined),
      get getAccessToken() {
        return tokenSource();
      },
      onLoaded: (times) => {
        this.#show();
        raise('loaded', times);
      },
      onRendered: () => {
        raise('rendered');
      },
      onRenewed: (times) => {
        raise('renewed', times);
      },
      onError: (problem) => {
        raise('error', problem);
      },
    };
  }
}
