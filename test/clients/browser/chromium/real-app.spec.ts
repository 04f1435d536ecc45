import { decodeJwt } from 'jose';
import type { Browser } from 'playwright-core';
import { startBuiltApp, type BuiltApp } from '../../../support/built-app.ts';
import { ADA, bearer, ENTRA_CALLERS, GRACE } from '../../../support/entra-callers.ts';
import { seed } from '../../../../local/emulators/emulators.ts';
import { describePage, openPage, startSite, type EmbedPage, type Site } from './support/embed-stack.ts';
import { startChromium } from './support/start-chromium.ts';

const { workspace, users, app: registration, personApp } = seed;

/** People of the tenant may see only the payroll report of the workspace, and in it their own rows. */
const grants = [
  {
    name: 'own-payroll',
    callers: [{ tid: seed.tenantId, scp: 'access_as_user' }],
    profiles: ['default'],
    actions: ['embed'],
    workspaces: [workspace.id],
    reports: [workspace.payrollReportId],
    identity: { username: { claim: 'oid' }, roles: ['Employee'] },
  },
];

let app: BuiltApp;
let site: Site;
let browser: Browser;
beforeAll(async () => {
  site = await startSite();
  app = await startBuiltApp({ settings: ENTRA_CALLERS, profilesFile: { grants }, corsOrigins: [site.url] });
  app.emulators.powerBi.embedOrigin = 'https://app.powerbi.com';
  browser = await startChromium({ 'app.powerbi.com': `127.0.0.1:${new URL(app.emulators.powerBi.url).port}` });
});
afterEach(async () => {
  for (const upstream of [app.emulators.powerBi, app.emulators.entra, app.emulators.keyVault]) upstream.heal();
  await Promise.all(browser.contexts().map((context) => context.close()));
});
afterAll(async () => {
  await browser.close();
  await Promise.all([app.close(), site.close()]);
});

/** All that reached the page: every answer, and every line of the console. */
const received: string[] = [];

async function open(
  person: Parameters<typeof bearer>[1],
  reportId: string = workspace.payrollReportId,
): Promise<EmbedPage> {
  const { authorization } = await bearer(app.emulators, person);
  const token = authorization.replace('Bearer ', '');
  const script = `document.querySelector('power-bi-embed').getAccessToken = () => '${token}'`;
  const policy = `script-src 'self' 'unsafe-inline'; connect-src ${app.url}; frame-src https://app.powerbi.com`;
  const src = `${app.url}/api/embed/${workspace.id}/${reportId}`;
  site.content = describePage(src, { script, contentSecurityPolicy: policy });
  return openPage(browser, site.url, {
    watch: (page) => {
      page.on('console', (message) => received.push(message.text()));
      page.on('response', (response) => {
        if (response.url().startsWith(app.url))
          response.text().then(
            (text) => received.push(text),
            () => undefined,
          );
      });
    },
  });
}

test('two people see their own rows, and not those of the other', async () => {
  const seen: string[] = [];
  for (const person of [ADA, GRACE]) {
    const { event, frame } = await open(person);
    await event('rendered');
    expect(await frame.locator('.reader code').textContent()).toBe(person === ADA ? users.ada.oid : users.grace.oid);
    seen.push(await frame.locator('.cards').innerText());
  }
  expect(seen[0]).not.toBe(seen[1]);
});

test('a report outside the grant is refused with what to do, and the request id of the log', async () => {
  const { event, page } = await open(ADA, workspace.salesReportId);
  const problem = await event('error');
  expect(problem).toMatchObject({
    code: 'forbidden',
    status: 403,
    detail: expect.any(String),
    hint: expect.any(String),
  });
  expect(app.output()).toContain(String(problem['request_id']));
  expect(await page.locator('#own').isVisible()).toBe(true);
});

test('the report appears by itself once Power BI is back', async () => {
  app.emulators.powerBi.failWith(
    { kind: 'status', status: 503 },
    { match: ({ path }) => path.includes('GenerateToken') },
  );
  // The app has no embed token for this person yet.
  const { event } = await open({ ...GRACE, claims: { oid: '9d1c3f4a-5b67-4c94-8ae8-1b8f7a366d3b' } });
  expect(await event('error')).toMatchObject({ code: 'upstream_unavailable', retry_in: expect.any(Number) });
  app.emulators.powerBi.heal();
  await event('rendered');
});

test('no secret and no access token of the service principal reaches the page', () => {
  const all = received.join('\n');
  // The premise: the answers that were searched contain embed tokens.
  expect(all).toContain('"accessToken":"');
  for (const secret of [registration.secret, personApp.secret]) expect(all).not.toContain(secret);
  const jwts = all.match(/eyJ[\w-]+\.eyJ[\w-]+\.[\w-]+/g) ?? [];
  expect(jwts.map((jwt) => decodeJwt(jwt).aud)).toEqual([]);
});
