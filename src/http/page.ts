import { createHash } from 'node:crypto';
import type { HttpRequest } from '@azure/functions';
import type { HttpAnswer } from './respond.ts';

/** A page for a person: what happened, one thing to do, and the request id for the operator. */
export interface Page {
  readonly status: number;
  readonly title: string;
  readonly text: string;
  /** The one thing to do. The URL is relative to the page, so that it works behind every proxy and prefix. */
  readonly action?: { readonly text: string; readonly href: string } | undefined;
  readonly requestId?: string | undefined;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Removes the code and the state from the address bar and the history: a reload then sends neither again. */
const SCRIPT = "history.replaceState(null,'',location.pathname)";
const STYLE = `:root{color-scheme:light dark;--back:#f6f7f9;--card:#fff;--ink:#1b1f24;--soft:#59636e;--go:#0f5fd6;--on-go:#fff}
@media (prefers-color-scheme:dark){:root{--back:#0f1216;--card:#1a1f26;--ink:#e8ecf1;--soft:#9aa5b1;--go:#7db2ff;--on-go:#0b1420}}
body{margin:0;min-height:100vh;display:grid;place-items:center;background:var(--back);color:var(--ink);font:1rem/1.5 system-ui,sans-serif}
main{box-sizing:border-box;width:min(100% - 2rem,30rem);margin:1rem;padding:2rem;background:var(--card);border-radius:.75rem;box-shadow:0 1px 8px #0003}
h1{margin:0 0 .75rem;font-size:1.5rem;line-height:1.25}
p{margin:0 0 1.25rem;overflow-wrap:anywhere}
a{display:inline-block;padding:.7rem 1.2rem;border-radius:.5rem;background:var(--go);color:var(--on-go);font-weight:600;text-decoration:none}
a:focus-visible{outline:3px solid var(--ink);outline-offset:2px}
small{display:block;margin-top:1.75rem;color:var(--soft);font-size:.8rem;overflow-wrap:anywhere}`;

const hashOf = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
const POLICY = [
  "default-src 'none'",
  `script-src ${hashOf(SCRIPT)}`,
  `style-src ${hashOf(STYLE)}`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

export function respondPage({ status, title, text, action, requestId, headers = {} }: Page): HttpAnswer {
  const link = action === undefined ? '' : `<a href="${escapeHtml(action.href)}">${escapeHtml(action.text)}</a>`;
  const id = requestId === undefined ? '' : `<small>Request id: ${escapeHtml(requestId)}</small>`;
  return {
    status,
    headers: {
      'Content-Type': 'text/html; charset=utf-8',
      'Cache-Control': 'no-store',
      'Content-Security-Policy': POLICY,
      'X-Content-Type-Options': 'nosniff',
      'Referrer-Policy': 'no-referrer',
      ...headers,
    },
    body: `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${escapeHtml(title)}</title><style>${STYLE}</style><script>${SCRIPT}</script></head><body><main><h1>${escapeHtml(title)}</h1><p>${escapeHtml(text)}</p>${link}${id}</main></body></html>`,
  };
}

function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** Whether the client is a browser that shows a page: `text/html` has a higher q than `application/json` and anything else. */
export function wantsPage({ headers }: HttpRequest): boolean {
  const accepted = new Map(
    (headers.get('accept') ?? '').split(',').map((range): [string, number] => {
      const [type = '', ...parameters] = range.toLowerCase().split(';');
      const q = parameters.map((parameter) => /^\s*q\s*=\s*([\d.]+)\s*$/.exec(parameter)?.[1]).find(Boolean);
      return [type.trim(), q === undefined ? 1 : Number(q)];
    }),
  );
  const html = accepted.get('text/html') ?? 0;
  return html > (accepted.get('application/json') ?? 0) && html > (accepted.get('*/*') ?? 0);
}
