import type { Embed, IEmbedConfiguration, IReportEmbedConfiguration, Page, models } from 'powerbi-client';
import type { EmbedOptions, FilterPane } from './embed-options.ts';
import type { PowerBiClient } from './load-power-bi-client.ts';
import type { EmbedAnswer } from './request-embedding.ts';

/** The item that powerbi-client shows in an element. */
export interface Screen {
  /** The first answer embeds the item; a later one only sets its token. Throws the errors of powerbi-client for the first. */
  readonly show: (client: PowerBiClient, answer: EmbedAnswer) => Promise<Embed>;
}

export interface ScreenOptions extends Pick<EmbedOptions, 'page' | 'filterPane' | 'onRendered' | 'onError'> {
  readonly onLoaded: () => void;
  /** Power BI no longer accepts the token. */
  readonly onExpired: () => void;
  /** When aborted, the screen is cleared, and reports nothing more. */
  readonly signal: AbortSignal;
}

/** A frame that is still loading does not confirm a new token. */
const SET_TOKEN_TIMEOUT_MS = 10_000;
/** Even a report on a busy capacity loads sooner. */
const LOADING_TIMEOUT_SECONDS = 30;

export function createScreen(element: HTMLElement, options: ScreenOptions): Screen {
  const { signal } = options;
  let component: Embed | undefined;
  let page = options.page;
  let isExpired = false;

  const on = (name: string, handle: (detail: unknown) => void): void => {
    const listener = (event: Event): void => {
      if (event.target === element) handle((event as CustomEvent).detail);
    };
    element.addEventListener(name, listener, { signal });
  };
  on('loaded', options.onLoaded);
  on('tileLoaded', options.onLoaded);
  on('rendered', () => options.onRendered?.());
  // A reload begins at the current page.
  on('pageChanged', (detail) => (page = (detail as { newPage: Page }).newPage.name));
  on('error', (detail) => {
    const { message, errorCode, detailedMessage, technicalDetails } = detail as models.IError;
    if (/TokenExpired/.test(`${message} ${errorCode}`)) {
      isExpired = true;
      options.onExpired();
      return;
    }
    const text = [message, detailedMessage].filter(Boolean).join(': ');
    const id = technicalDetails?.requestId;
    options.onError?.({ code: 'power_bi', detail: text, ...(id && { request_id: id }), cause: detail });
  });

  /** powerbi-client reports nothing if the frame cannot be loaded. */
  const watchLoading = (): void => {
    const timer = setTimeout(() => {
      options.onError?.({
        code: 'power_bi',
        detail: `Power BI has not loaded the item after ${LOADING_TIMEOUT_SECONDS} seconds.`,
        hint: "Check the connection to Power BI, and frame-src of the page's Content-Security-Policy. Then call reload().",
      });
    }, LOADING_TIMEOUT_SECONDS * 1000);
    const stop = (): void => {
      clearTimeout(timer);
    };
    for (const name of ['loaded', 'tileLoaded', 'error']) on(name, stop);
    signal.addEventListener('abort', stop);
  };

  const renew = async (shown: Embed, token: string): Promise<void> => {
    const taken = await settlesWithin(shown.setAccessToken(token), SET_TOKEN_TIMEOUT_MS);
    // After an expiry Power BI does not continue: the report must be reloaded.
    if (taken && !isExpired) return;
    isExpired = false;
    const config = shown.config as IReportEmbedConfiguration;
    config.accessToken = token;
    if (page) config.pageName = page;
    await settlesWithin(shown.reload(), SET_TOKEN_TIMEOUT_MS);
  };

  return {
    show: async (client, answer) => {
      if (component) {
        await renew(component, answer.embed.accessToken ?? '');
        return component;
      }
      component = client.embed(element, configure(answer.embed, options));
      if (answer.name) component.setComponentTitle(answer.name);
      if (reportsLoading(answer.embed)) watchLoading();
      signal.addEventListener('abort', () => {
        client.reset(element);
      });
      return component;
    },
  };
}

/** Not every version of Power BI reports that a paginated report is loaded. */
function reportsLoading(embed: IEmbedConfiguration): boolean {
  return 'viewMode' in embed || embed.type === 'dashboard' || embed.type === 'tile';
}

/** A dashboard, a tile and a paginated report have no pages to open and no panes. */
function configure(embed: IEmbedConfiguration, { page, filterPane }: ScreenOptions): IEmbedConfiguration {
  if (!('viewMode' in embed)) return { ...embed };
  const panes = filterPane && { settings: { panes: { filters: describeFilterPane(filterPane) } } };
  return { ...embed, ...(page && { pageName: page }), ...panes };
}

export function describeFilterPane(filterPane: FilterPane): models.IFiltersPane {
  return { visible: filterPane !== 'hidden', expanded: filterPane === 'expanded' };
}

async function settlesWithin(work: Promise<unknown>, milliseconds: number): Promise<boolean> {
  const timeout = new Promise<boolean>((resolve) => setTimeout(resolve, milliseconds, false));
  const done = work.then(
    () => true,
    () => false,
  );
  return Promise.race([done, timeout]);
}
