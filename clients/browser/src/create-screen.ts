import type { Embed, IEmbedConfiguration, IReportEmbedConfiguration, Page, models } from 'powerbi-client';
import type { EmbedOptions, FilterPane } from './embed-options.ts';
import type { PowerBiClient } from './load-power-bi-client.ts';
import type { EmbedAnswer } from './request-embedding.ts';

/** What powerbi-client shows in an element. */
export interface Screen {
  /** The first answer embeds; a later one only brings its token. Throws what powerbi-client throws at the first. */
  readonly show: (client: PowerBiClient, answer: EmbedAnswer) => Promise<Embed>;
}

export interface ScreenOptions extends Pick<EmbedOptions, 'page' | 'filterPane' | 'onRendered' | 'onError'> {
  readonly onLoaded: () => void;
  /** Power BI no longer takes the token. */
  readonly onExpired: () => void;
  /** Aborted: the screen is cleared, and says nothing more. */
  readonly signal: AbortSignal;
}

/** A frame that has not loaded yet never says that it took a token. */
const SET_TOKEN_TIMEOUT_MS = 10_000;

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
  // A reload begins where the person was.
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

  const renew = async (shown: Embed, token: string): Promise<void> => {
    const taken = await settlesWithin(shown.setAccessToken(token), SET_TOKEN_TIMEOUT_MS);
    // Power BI does not go on by itself after an expiry: it must load again.
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
      signal.addEventListener('abort', () => {
        client.reset(element);
      });
      return component;
    },
  };
}

/** A dashboard, a tile and a paginated report have neither pages to open nor panes. */
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
