import type { Answer, RecordedRequest } from '../emulator.ts';
import { bundlePage } from './bundle-page.ts';
import { createReportData, type ReportData } from './report-data.ts';

/** The content of an embed token that the page needs. */
export interface EmbedTokenView {
  readonly expiresAtSeconds: number;
  /** The ids of the reports, dashboards and tiles that it is for. */
  readonly itemIds: readonly string[];
  readonly reader: ReportData['reader'];
}

export interface EmbedPageService {
  readonly nowMs: () => number;
  /** Undefined: no token of this service. */
  readonly readToken: (token: string) => EmbedTokenView | undefined;
  readonly titleOf: (itemId: string) => string | undefined;
}

const PAGES = ['/reportEmbed', '/rdlEmbed', '/dashboardEmbed', '/embed'];

/**
 * The content of powerbi-client's frame: a page, its script, and the data that the page reads with the embed token.
 * Undefined for every other request.
 */
export async function answerEmbedRequest(
  service: EmbedPageService,
  request: RecordedRequest,
): Promise<Answer | undefined> {
  if (request.method !== 'GET') return undefined;
  if (PAGES.includes(request.path)) return send('text/html', PAGE);
  if (request.path === '/embed-page.js') return send('text/javascript', (await bundlePage()).script);
  if (request.path === '/embed-page.css') return send('text/css', (await bundlePage()).style);
  if (request.path === '/embed-page/data') return answerData(service, request);
  return undefined;
}

const PAGE = `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Stand-in Power BI</title>
<link rel="stylesheet" href="/embed-page.css">
</head>
<body><main aria-label="Power BI" aria-busy="true"></main><script src="/embed-page.js"></script></body>
</html>
`;

function send(contentType: string, body: string): Answer {
  const headers = { 'content-type': `${contentType}; charset=utf-8`, 'cache-control': 'no-store' };
  return { status: 200, headers, body };
}

/** Power BI's own scheme for embed tokens is EmbedToken. An expired one is a 403 there. */
function answerData(service: EmbedPageService, { headers, query }: RecordedRequest): Answer {
  const token = /^EmbedToken (.+)$/.exec(headers.authorization ?? '')?.[1];
  const view = token === undefined ? undefined : service.readToken(token);
  const itemId = query.get('id') ?? '';
  if (view === undefined || !view.itemIds.includes(itemId)) return refuse('PowerBINotAuthorizedException');
  if (view.expiresAtSeconds * 1000 <= service.nowMs()) return refuse('TokenExpired');
  const title = service.titleOf(itemId);
  if (title === undefined) return { status: 404, body: { error: { code: 'PowerBIEntityNotFound' } } };
  return { status: 200, headers: { 'cache-control': 'no-store' }, body: createReportData(title, view.reader) };
}

function refuse(code: string): Answer {
  return { status: 403, body: { error: { code } } };
}
