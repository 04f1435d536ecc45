import { HttpPostMessage } from 'http-post-message';
import { Router } from 'powerbi-router';
import { WindowPostMessageProxy } from 'window-post-message-proxy';

/** The members of powerbi-client's `/report/load` that this page reads. */
export interface LoadConfiguration {
  readonly type: string;
  readonly id: string;
  readonly accessToken: string;
  readonly pageName?: string;
  readonly viewMode?: number;
  readonly settings?: { readonly panes?: { readonly filters?: FilterPane } };
}

export interface FilterPane {
  readonly visible?: boolean;
  readonly expanded?: boolean;
}

export interface PageOfReport {
  readonly name: string;
  readonly displayName: string;
  readonly isActive: boolean;
}

export interface Commands {
  readonly load: (config: LoadConfiguration) => void;
  readonly setToken: (accessToken: string) => void;
  /** False: there is no such page. */
  readonly setPage: (name: string) => boolean;
  readonly listPages: () => readonly PageOfReport[];
  readonly setFilterPane: (pane: FilterPane) => void;
}

export interface Host {
  readonly raise: (event: string, value: unknown) => void;
  readonly raiseError: (code: string) => void;
  readonly listen: (commands: Commands) => void;
}

const FATAL = 6;
const KINDS = ['report', 'dashboard', 'tile'];

/** Requests and events over postMessage, between this frame and the page of powerbi-client around it. */
export function connectToHost(): Host {
  const uid = new URLSearchParams(location.search).get('uid') ?? '';
  const proxy = new WindowPostMessageProxy({
    processTrackingProperties: {
      addTrackingProperties: HttpPostMessage.addTrackingProperties,
      getTrackingProperties: HttpPostMessage.getTrackingProperties,
    },
    isErrorMessage: HttpPostMessage.isErrorMessage,
    suppressWarnings: true,
  });
  const messages = new HttpPostMessage(proxy, {}, parent);
  const router = new Router(proxy);
  let kind = 'report';

  const raise = (event: string, value: unknown): void => {
    const folder = kind === 'tile' ? 'tile' : `${kind}s`;
    const name = kind === 'tile' && event === 'loaded' ? 'tileLoaded' : event;
    // The host answers every event. The answer is not needed.
    messages.post(`/${folder}/${uid}/events/${name}`, value).catch(() => undefined);
  };
  const listen = (commands: Commands): void => {
    for (const path of KINDS) {
      router.post(`/${path}/load`, (request, response) => {
        kind = path;
        response.send(202, {});
        commands.load(request.body as LoadConfiguration);
      });
      router.post(`/${path}/token`, (request, response) => {
        commands.setToken(String(request.body));
        response.send(202, {});
      });
    }
    router.get('/report/pages', (_, response) => {
      response.send(200, commands.listPages());
    });
    router.put('/report/pages/active', (request, response) => {
      const found = commands.setPage((request.body as PageOfReport).name);
      response.send(found ? 202 : 404, found ? {} : { message: 'pageNotFound' });
    });
    router.patch('/report/settings', (request, response) => {
      commands.setFilterPane((request.body as NonNullable<LoadConfiguration['settings']>).panes?.filters ?? {});
      response.send(202, {});
    });
    router.post('/frontload/config', (_, response) => {
      response.send(202, {});
    });
    proxy.addHandler({
      test: (message: object) => 'method' in message,
      handle: () => Promise.resolve({ statusCode: 501, headers: {}, body: notKnown }),
    });
    messages.post(`/ready/${uid}`, {}).catch(() => undefined);
  };
  return {
    raise,
    raiseError: (code) => {
      raise('error', { message: code, detailedMessage: `Power BI refused: ${code}.`, errorCode: '403', level: FATAL });
    },
    listen,
  };
}

const notKnown = { message: 'The stand-in does not know this request.' };
