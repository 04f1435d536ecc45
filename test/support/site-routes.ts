import type { App } from '../../src/app/app.ts';
import type { HttpFunctionHandler } from '../../src/http/handler.ts';

/** The route that the host finds for a path. */
export interface SiteRoute {
  readonly name: string;
  readonly handler: HttpFunctionHandler;
  readonly params: Readonly<Record<string, string>>;
}

/** Finds a route like the real host: in the order of the functions' names, case ignored; the first match is used. */
export function findRoute({ functions }: App, pathname: string): SiteRoute {
  const path = pathname.replace(/^\/api\//, '');
  const inOrder = functions.toSorted((one, other) => (one.name.toLowerCase() < other.name.toLowerCase() ? -1 : 1));
  for (const { name, path: template, handler } of inOrder) {
    const params = matchTemplate(template, path);
    if (params !== undefined) return { name, handler, params };
  }
  throw new Error(`The site has no route for ${pathname}.`);
}

/** Whether the platform requires a key on the guarded routes. */
export function authLevelOf({ functions }: App): string | undefined {
  return functions.find(({ name }) => name === 'token')?.authLevel;
}

/** The route templates that this app uses: literals, `{name}`, and `{name?}` at the end. */
function matchTemplate(template: string, path: string): Record<string, string> | undefined {
  const pattern = template
    .replaceAll('.', '\\.')
    .replaceAll(/\/\{(\w+)\?\}/g, '(?:/(?<$1>[^/]+))?')
    .replaceAll(/\{(\w+)\}/g, '(?<$1>[^/]+)');
  const match = new RegExp(`^${pattern}$`, 'i').exec(path);
  if (match === null) return undefined;
  const groups: Readonly<Record<string, string | undefined>> = match.groups ?? {};
  return Object.fromEntries(
    Object.entries(groups).flatMap(([name, value]) => (value === undefined ? [] : [[name, decodeURIComponent(value)]])),
  );
}
