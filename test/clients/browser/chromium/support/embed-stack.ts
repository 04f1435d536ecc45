import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { build } from 'esbuild';
import type { Browser, BrowserContext, FrameLocator, Locator, Page } from 'playwright-core';
import { bundleOptions } from '../../../../../clients/browser/bundle-options.ts';
import { prepareServerCertificates } from '../../../../../local/emulators/certificate-authority.ts';
import type { Answer, RecordedRequest } from '../../../../../local/emulators/emulator.ts';
import { startEmulatorServer, type EmulatorServer } from '../../../../../local/emulators/emulator-server.ts';
import {
  answerEmbedRequest,
  type EmbedTokenView,
} from '../../../../../local/emulators/power-bi-embed/answer-embed-request.ts';
import { startChromium } from './start-chromium.ts';

/** A page with the published powerbi-client, an app whose answers a test sets, and the frame of the stand-in Power BI. */
export interface EmbedStack {
  /** The app's requests and faults. */
  readonly app: EmulatorServer;
  readonly powerBi: EmulatorServer;
  /** The app's answer to GET /api/embed/…; every test begins with `embedAnswer`. */
  answer: (request: RecordedRequest) => Answer;
  /** A good answer of the app, with a token that Power BI knows. */
  readonly embedAnswer: (options?: EmbedAnswerOptions) => Answer;
  /** The embed tokens of all answers. */
  readonly tokens: Map<string, EmbedTokenView>;
  readonly open: (options?: PageOptions) => Promise<EmbedPage>;
  /** The requests to the app, without preflights. */
  readonly asked: () => readonly RecordedRequest[];
  readonly src: string;
}

export interface EmbedAnswerOptions {
  /** Replaces members of `embed`; undefined ones are left out. */
  readonly item?: Readonly<Record<string, string | number | undefined>>;
  readonly expiresInSeconds?: number;
  readonly refreshInSeconds?: number;
  readonly reader?: EmbedTokenView['reader'];
}

export interface PageOptions {
  /** Of the element: `page="…"`. */
  readonly attributes?: string;
  /** In place of the element. */
  readonly body?: string;
  /** Runs before powerbi-embed is loaded. */
  readonly script?: string;
  /** Playwright's clock, which the test moves. */
  readonly hasClock?: boolean;
  readonly contentSecurityPolicy?: string;
  /** Gets the page before it is loaded. */
  readonly watch?: (page: Page) => void;
}

export interface EmbedPage {
  readonly page: Page;
  readonly context: BrowserContext;
  readonly element: Locator;
  /** The text that Power BI shows in it. */
  readonly frame: FrameLocator;
  /** The events of the element: `[name, detail]`. */
  readonly events: () => Promise<readonly (readonly [string, Readonly<Record<string, unknown>> | null])[]>;
  /** Waits for the event and returns its detail. */
  readonly event: (name: string, count?: number) => Promise<Readonly<Record<string, unknown>>>;
}

export const REPORT_ID = '60decf2b-b280-41e9-9fbd-4c6b8e9fa0b2';
const WORKSPACE_ID = '3dab9c18-8f5d-4eb6-acea-1f3e5b6c7d89';

/** The servers and the browser, from before the first test of the file until after its last; pages are closed after each test. */
export function startEmbedStack(): EmbedStack {
  const stack = {} as EmbedStack & { close(): Promise<void>; closePages(): Promise<void> };
  beforeAll(async () => {
    Object.assign(stack, await openEmbedStack(stack));
  });
  beforeEach(() => {
    stack.app.reset();
    stack.powerBi.reset();
    stack.answer = () => stack.embedAnswer();
  });
  afterEach(() => stack.closePages());
  afterAll(() => stack.close());
  return stack;
}

async function openEmbedStack(stack: EmbedStack): Promise<object> {
  const tokens = new Map<string, EmbedTokenView>();
  const powerBi = await startPowerBiFrame(tokens);
  const app = await startEmulatorServer({
    nowMs: Date.now,
    handle: (request) => allowOrigin(request.method === 'OPTIONS' ? { status: 204 } : stack.answer(request)),
  });
  const site = await startSite();
  const browser = await startChromium({ 'app.powerbi.com': `127.0.0.1:${new URL(powerBi.url).port}` });
  const src = `${app.url}/api/embed/${WORKSPACE_ID}/${REPORT_ID}`;
  return {
    app,
    powerBi,
    tokens,
    embedAnswer: createEmbedAnswers(tokens),
    asked: () => app.requests.filter(({ method }) => method === 'GET'),
    src,
    open: async (options: PageOptions = {}) => {
      site.content = describePage(src, options);
      return openPage(browser, site.url, options);
    },
    closePages: async () => {
      await Promise.all(browser.contexts().map((context) => context.close()));
    },
    close: async () => {
      await browser.close();
      await Promise.all([powerBi, app, site].map((server) => server.close()));
    },
  };
}

async function startPowerBiFrame(tokens: ReadonlyMap<string, EmbedTokenView>): Promise<EmulatorServer> {
  const service = { nowMs: Date.now, readToken: (token: string) => tokens.get(token), titleOf: () => 'Sales' };
  return startEmulatorServer({
    nowMs: Date.now,
    certificates: await prepareServerCertificates(),
    handle: (request) => answerEmbedRequest(service, request),
  });
}

/** The CORS headers of the Functions host for an allowed origin. */
function allowOrigin(answer: Answer): Answer {
  const headers = {
    'access-control-allow-origin': '*',
    'access-control-allow-headers': 'authorization',
    'access-control-expose-headers': 'Retry-After',
    ...answer.headers,
  };
  return { ...answer, headers };
}

function createEmbedAnswers(tokens: Map<string, EmbedTokenView>): EmbedStack['embedAnswer'] {
  return ({ item = {}, expiresInSeconds = 3600, refreshInSeconds = expiresInSeconds * 0.8, reader } = {}) => {
    const token = `embed-token-${randomUUID()}`;
    const expiresAtSeconds = Date.now() / 1000 + expiresInSeconds;
    const embed = {
      type: 'report',
      id: REPORT_ID,
      embedUrl: `https://app.powerbi.com/reportEmbed?reportId=${REPORT_ID}&groupId=${WORKSPACE_ID}`,
      accessToken: token,
      tokenType: 1,
      permissions: 1,
      viewMode: 0,
      ...item,
    };
    tokens.set(token, { expiresAtSeconds, itemIds: [embed.id, REPORT_ID], reader });
    return {
      status: 200,
      body: {
        embed,
        name: 'Sales',
        token_id: `id of ${token}`,
        expires_in: expiresInSeconds,
        expires_on: Math.floor(expiresAtSeconds),
        expires_at: new Date(expiresAtSeconds * 1000).toISOString(),
        refresh_in: refreshInSeconds,
        profile: 'default',
      },
    };
  };
}

export interface Site extends EmulatorServer {
  content: { html: string; contentSecurityPolicy: string | undefined };
}

/** Serves one page, with powerbi-client as Microsoft publishes it. */
export async function startSite(): Promise<Site> {
  const { outputFiles } = await build({ ...bundleOptions('iife'), write: false });
  const scripts: Readonly<Record<string, string>> = {
    '/powerbi-embed.js': outputFiles[0]?.text ?? '',
    // The unmodified file of the package.
    '/powerbi.js': readFileSync('node_modules/powerbi-client/dist/powerbi.min.js', 'utf8'),
  };
  const server = await startEmulatorServer({
    nowMs: Date.now,
    handle: ({ path }) => {
      const script = scripts[path];
      if (script !== undefined) return { status: 200, headers: { 'content-type': 'text/javascript' }, body: script };
      const { html, contentSecurityPolicy: policy } = site.content;
      const headers = { 'content-type': 'text/html', ...(policy && { 'content-security-policy': policy }) };
      return path === '/' ? { status: 200, headers, body: html } : { status: 404 };
    },
  });
  const site: Site = { ...server, content: { html: '', contentSecurityPolicy: undefined } };
  return site;
}

/** A page with the element. */
export function describePage(src: string, options: PageOptions): Site['content'] {
  const element = `<power-bi-embed src="${src}" ${options.attributes ?? ''}><p id="own">Loading the report</p></power-bi-embed>`;
  const html = `<!DOCTYPE html><html lang="en"><title>A page</title>
<body>${options.body ?? element}
<script src="/powerbi.js"></script>
<script>${options.script ?? ''}</script>
<script src="/powerbi-embed.js"></script>`;
  return { html, contentSecurityPolicy: options.contentSecurityPolicy };
}

type Raised = readonly [string, Readonly<Record<string, unknown>> | null];

export async function openPage(
  browser: Browser,
  url: string,
  { hasClock, watch }: Pick<PageOptions, 'hasClock' | 'watch'>,
): Promise<EmbedPage> {
  const context = await browser.newContext();
  const page = await context.newPage();
  if (hasClock === true) await page.clock.install();
  watch?.(page);
  await page.addInitScript(listenToElement);
  await page.goto(url);
  const events = (): Promise<Raised[]> => page.evaluate(() => (globalThis as unknown as { raised: Raised[] }).raised);
  return {
    page,
    context,
    element: page.locator('power-bi-embed'),
    frame: page.frameLocator('iframe'),
    events,
    event: async (name, count = 1) => {
      const isThere = ([wanted, times]: readonly [string, number]): boolean =>
        (globalThis as unknown as { raised: Raised[] }).raised.filter(([raised]) => raised === wanted).length >= times;
      await page.waitForFunction(isThere, [name, count] as const, { timeout: 15_000 });
      const found = (await events()).filter(([raised]) => raised === name)[count - 1];
      return found?.[1] ?? {};
    },
  };
}

/** Runs in the page before its other scripts. */
function listenToElement(): void {
  const raised: Raised[] = [];
  Object.assign(globalThis, { raised });
  for (const name of ['loaded', 'rendered', 'renewed', 'error']) {
    const note = (event: Event): void => {
      if ((event.target as Element).localName === 'power-bi-embed') {
        // Members that cannot be copied are left out.
        const detail = (event as CustomEvent).detail as Record<string, unknown> | null;
        raised.push([name, detail && { ...detail, cause: undefined }]);
      }
    };
    addEventListener(name, note, true);
  }
}
