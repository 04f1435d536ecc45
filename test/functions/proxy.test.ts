import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startBuiltApp } from '../support/built-app.ts';

test('the bundle reads the vault directly if a proxy is set, and warns', async () => {
  const app = await startBuiltApp({
    settings: { CALLER_AUTH: 'key', HTTPS_PROXY: 'http://proxy.contoso.example:8080' },
  });
  try {
    expect((await fetch(`${app.url}/api/token`)).status).toBe(200);
    expect(app.output()).toContain('proxy.ignored');
    // Part of every version of the proxy agents.
    expect(readFileSync(join(app.directory, 'dist/secrets-sdk.cjs'), 'utf8')).not.toContain('CONNECT ');
  } finally {
    await app.close();
  }
}, 60_000);
