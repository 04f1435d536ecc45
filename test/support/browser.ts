import type { Clock } from '../../src/clock.ts';
import { createCookieJar, type CookieJar } from './cookie-jar.ts';
import { seed, type TestAnswer, type TestApp } from './scenario.ts';

/** A person's browser: it keeps the cookies of the site, follows redirects, and fills in Entra's form. */
export interface Browser {
  readonly jar: CookieJar;
  /** A request of a link or a script of the site. */
  visit(app: TestApp, target: string, headers?: Readonly<Record<string, string>>): Promise<TestAnswer>;
  /** The header of the site's own script, which no foreign page can add. */
  fetchToken(app: TestApp, query?: string): Promise<TestAnswer>;
  /** From `/auth/sign-in` through Entra to the callback; `callback` may be another instance. */
  signIn(app: TestApp, request?: SignInRequest): Promise<TestAnswer>;
  /** The same up to Entra's answer. Returns the URL to which Entra redirects. */
  goToEntra(app: TestApp, request?: SignInRequest): Promise<URL>;
}

export interface SignInRequest {
  /** Of `/auth/sign-in`: `?return_to=/reports`. */
  readonly query?: string;
  readonly person?: Person;
  /** The instance that serves the callback. */
  readonly callback?: TestApp;
}

interface Person {
  readonly upn: string;
  readonly password: string;
}

export function createBrowser(clock: Clock): Browser {
  const jar = createCookieJar(clock);
  const browser: Browser = {
    jar,
    async visit(app, target, headers = {}) {
      const cookie = jar.header();
      const answer = await app.visit(target, { headers: cookie === undefined ? headers : { cookie, ...headers } });
      jar.store(answer.cookies);
      return answer;
    },
    fetchToken: (app, query = '') => browser.visit(app, `/api/auth/token${query}`, { 'x-requested-with': 'fetch' }),
    async goToEntra(app, { query = '', person = seed.users.ada } = {}) {
      const begun = await browser.visit(app, `/api/auth/sign-in${query}`);
      return signInAtEntra(locationOf(begun), person);
    },
    async signIn(app, request = {}) {
      const back = await browser.goToEntra(app, request);
      return browser.visit(request.callback ?? app, pathOf(back));
    },
  };
  return browser;
}

/** The target of the redirect. */
export function locationOf({ status, headers, text }: TestAnswer): URL {
  const location = headers.get('location');
  if (status !== 302 || location === null) throw new Error(`This is not a redirect: ${status} ${text}`);
  return new URL(location);
}

/** The part of a URL that the host gets. */
export function pathOf({ pathname, search }: URL): string {
  return `${pathname}${search}`;
}

/** Opens Entra's page and submits its form. Returns the URL to which Entra would redirect, and does not follow it. */
export async function signInAtEntra(authorize: URL, { upn, password }: Person): Promise<URL> {
  const page = await fetch(authorize, { redirect: 'manual' });
  if (page.status === 302) return new URL(page.headers.get('location') ?? '');
  const form = await page.text();
  if (!form.includes('name="passwd"')) throw new Error(`Entra showed no form: ${form}`);
  const body = new URLSearchParams({ login: upn, passwd: password });
  const answer = await fetch(authorize, { method: 'POST', body, redirect: 'manual' });
  const location = answer.headers.get('location');
  if (location === null) throw new Error(`Entra did not sign the person in: ${await answer.text()}`);
  return new URL(location);
}
