import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { transform } from 'esbuild';

const NOTE = `/*! powerbi-client, changed for the demo: it also takes embed addresses on this machine, where the stand-in Power BI is.
Microsoft's own file takes only https://*.powerbi.com and the like. Do not use this copy for anything else. */`;

/** What is replaced, each exactly once: the check of the embed address's scheme and host. */
const CHANGES = [
  [
    'url.protocol === expectedEmbedUrlProtocol &&',
    '(url.hostname === "localhost" || url.protocol === expectedEmbedUrlProtocol) &&',
  ],
  ['new RegExp(/(.+\\.powerbi\\.com$)|', 'new RegExp(/(^localhost$)|(.+\\.powerbi\\.com$)|'],
] as const;

/** powerbi-client with a wider check of the embed address. Throws if a new version no longer has what is replaced. */
export async function readPatchedClient(): Promise<string> {
  let code = readFileSync(createRequire(import.meta.url).resolve('powerbi-client'), 'utf8');
  for (const [before, after] of CHANGES) {
    if (code.split(before).length !== 2) throw new Error(`powerbi-client has changed: "${before}" is not there once.`);
    code = code.replace(before, after);
  }
  const minified = await transform(code, { minify: true, legalComments: 'none', target: 'es2022' });
  return `${NOTE}\n${minified.code}`;
}
