import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { transform } from 'esbuild';

const NOTE = `/*! powerbi-client, changed for the demo: it also accepts embed URLs on this machine, for the stand-in Power BI.
Microsoft's file accepts only hosts of Power BI, such as https://*.powerbi.com. Use this copy only for the demo. */`;

/** The replacements, each exactly once: the check of the scheme and host of the embed URL. */
const CHANGES = [
  [
    'url.protocol === expectedEmbedUrlProtocol &&',
    '(url.hostname === "localhost" || url.protocol === expectedEmbedUrlProtocol) &&',
  ],
  ['new RegExp(/(.+\\.powerbi\\.com$)|', 'new RegExp(/(^localhost$)|(.+\\.powerbi\\.com$)|'],
] as const;

/** powerbi-client that accepts more embed URLs. Throws if a new version does not contain the replaced text. */
export async function readPatchedClient(): Promise<string> {
  let code = readFileSync(createRequire(import.meta.url).resolve('powerbi-client'), 'utf8');
  for (const [before, after] of CHANGES) {
    if (code.split(before).length !== 2)
      throw new Error(`powerbi-client has changed: it does not contain "${before}" exactly once.`);
    code = code.replace(before, after);
  }
  const minified = await transform(code, { minify: true, legalComments: 'none', target: 'es2022' });
  return `${NOTE}\n${minified.code}`;
}
