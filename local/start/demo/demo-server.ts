import type { DemoApi } from './demo-api.ts';
import { startLoopbackServer, type LoopbackServer } from './loopback-server.ts';
import { sendFile } from './static-files.ts';

export interface DemoServerOptions {
  readonly port: number;
  /** The folder with the page. */
  readonly pageFolder: string;
  readonly api: DemoApi;
  /** The origin that the page sends requests to. */
  readonly appOrigin: string;
  /** What the page shows in a frame. */
  readonly embedOrigin: string;
}

/** Serves the demo page and its requests on loopback. */
export function startDemoServer({ port, pageFolder, api, ...origins }: DemoServerOptions): Promise<LoopbackServer> {
  return startLoopbackServer(port, async (request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    response.setHeader('Cache-Control', 'no-store');
    response.setHeader('X-Content-Type-Options', 'nosniff');
    response.setHeader('Content-Security-Policy', contentSecurityPolicy(origins));
    if (!url.pathname.startsWith('/demo/')) {
      await sendFile(response, pageFolder, url.pathname);
      return;
    }
    const { status, body } = await api(request, url);
    response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
  });
}

function contentSecurityPolicy({ appOrigin, embedOrigin }: Pick<DemoServerOptions, 'appOrigin' | 'embedOrigin'>) {
  return [
    "default-src 'self'",
    `connect-src 'self' ${appOrigin}`,
    `frame-src ${embedOrigin}`,
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}
