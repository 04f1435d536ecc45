import { createReadStream, existsSync, statSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { extname, join, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';

const mediaTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
};

/** Sends a file of the folder, `index.html` for `/`. Anything else is a 404. */
export async function sendFile(response: ServerResponse, folder: string, path: string): Promise<void> {
  const file = join(folder, path === '/' ? 'index.html' : path);
  const type = mediaTypes[extname(file)];
  if (type === undefined || !file.startsWith(folder + sep) || !existsSync(file) || !statSync(file).isFile()) {
    response.writeHead(404).end();
    return;
  }
  response.writeHead(200, { 'content-type': type });
  await pipeline(createReadStream(file), response);
}
