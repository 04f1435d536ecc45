import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser } from 'playwright-core';
import { seed } from '../../../../local/emulators/emulators.ts';
import { startBuiltApp, type BuiltApp } from '../../../support/built-app.ts';
import { ENTRA_CALLERS } from '../../../support/entra-callers.ts';
import { startChromium } from '../../browser/chromium/support/start-chromium.ts';

const { tenantId, browserApp, personApp, users } = seed;
let browser: Browser;
let site: Server;
let siteUrl: string;
let app: BuiltApp;

beforeAll(async () => {
  site = createServer((request, response) => {
    if (request.url === '/msal-browser.js') {
      response.end(readFileSync('node_modules/@azure/msal-browser/lib/msal-browser.min.js'));
    } else {
      response.writeHead(200, { 'content-type': 'text/html' }).end(describePage());
    }
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => site.once('listening', resolve));
  siteUrl = `http://localhost:${(site.address() as AddressInfo).port}`;
  app = await startBuiltApp({
    settings: ENTRA_CALLERS,
    corsOrigins: [siteUrl],
    profilesFile: {
      profiles: {},
      grants: [{ callers: [{ scp: 'access_as_user' }], profiles: ['default'], actions: ['token'] }],
    },
  });
  browser = await startChromium({});
}, 60_000);
afterAll(async () => {
  await browser.close();
  site.close();
  await app.close();
});

/** The page of the quickstart of MSAL.js. It signs in by redirect and shows what the function app answers. */
function describePage(): string {
  const configuration = {
    auth: {
      clientId: browserApp.clientId,
      authority: `${app.emulators.entra.url}/${tenantId}`,
      knownAuthorities: [new URL(app.emulators.entra.url).host],
      redirectUri: `${siteUrl}/`,
    },
  };
  return `<!DOCTYPE html>
<html lang="en">
<head><title>A page with MSAL.js</title><link rel="icon" href="data:," /></head>
<body>
<button>Sign in</button>
<output></output>
<script src="/msal-browser.js"></script>
<script type="module">
  const scopes = ['api://${personApp.clientId}/access_as_user'];
  const client = new msal.PublicClientApplication(${JSON.stringify(configuration)});
  await client.initialize();
  document.querySelector('button').onclick = () => client.loginRedirect({ scopes });
  const show = (text) => (document.querySelector('output').textContent = text);
  try {
    await client.handleRedirectPromise();
    const [account] = client.getAllAccounts();
    if (account !== undefined) {
      const { accessToken } = await client.acquireTokenSilent({ account, scopes, forceRefresh: true });
      const headers = { authorization: 'Bearer ' + accessToken };
      const response = await fetch('${app.url}/api/token', { headers });
      const { profile } = await response.json();
      show([account.username, response.status, profile].join(' '));
    }
  } catch (error) {
    show(String(error));
  }
</script>
</body>
</html>`;
}

test("MSAL.js signs a person in and calls the function app with the person's token", async () => {
  const page = await browser.newPage();
  await page.goto(siteUrl);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByLabel('User name').fill(users.ada.upn);
  await page.getByLabel('Password').fill(users.ada.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL(`${siteUrl}/**`);
  await page.waitForFunction("document.querySelector('output').textContent !== ''");
  expect(await page.textContent('output')).toBe(`${users.ada.upn} 200 default`);
  expect(new URL(page.url()).hash).toBe('');
}, 60_000);
