import type { RegisteredFunction } from './core-types.ts';
import { HostStartError } from './host-start-error.ts';
import { parseRouteTemplate, type RouteTemplate } from './route-template.ts';

/** An HTTP function with its compiled route. */
export interface HttpRoute {
  readonly functionName: string;
  readonly triggerName: string;
  readonly path: string;
  readonly methods: ReadonlySet<string>;
  readonly authLevel: 'anonymous' | 'function';
  readonly function: RegisteredFunction;
}

export interface RouteMatch {
  readonly route: HttpRoute;
  readonly params: Readonly<Record<string, string>>;
}

export interface RouteTable {
  /** In the order in which they are tried. */
  readonly routes: readonly HttpRoute[];
  /** Undefined if no route has that path and method. The answer is then 404. */
  find(method: string, path: string): RouteMatch | undefined;
}

interface CompiledRoute {
  readonly route: HttpRoute;
  readonly template: RouteTemplate;
}

/**
 * Compiles the routes of all HTTP functions. The real host sorts functions by name, ignores case, and takes the first
 * route that matches, even if a later one is more specific. This table does the same.
 */
export function createRouteTable(functions: Iterable<RegisteredFunction>, routePrefix: string): RouteTable {
  const compiled = [...functions]
    .flatMap((registered) => compileRoute(registered, routePrefix))
    .sort((left, right) => (sortKey(left) < sortKey(right) ? -1 : 1));
  return {
    routes: compiled.map(({ route }) => route),
    find(method, path) {
      for (const { route, template } of compiled) {
        const params = route.methods.has(method) ? template.match(path) : undefined;
        if (params !== undefined) return { route, params };
      }
      return undefined;
    },
  };
}

// .NET's OrdinalIgnoreCase compares upper-case letters, which decides where `_` goes.
function sortKey({ route }: CompiledRoute): string {
  return route.functionName.toUpperCase();
}

function compileRoute(registered: RegisteredFunction, routePrefix: string): CompiledRoute[] {
  const { name, bindings } = registered.metadata;
  const trigger = Object.entries(bindings).find(([, binding]) => binding.type?.toLowerCase() === 'httptrigger');
  if (trigger === undefined) return [];
  const [triggerName, { route = name, methods = [], authLevel = 'function' }] = trigger;
  const path = routePrefix === '' ? route : `${routePrefix}/${route}`;
  return [
    {
      template: parseOrRefuse(name, path),
      route: {
        functionName: name,
        triggerName,
        path: `/${path}`,
        methods: new Set(methods.map((method) => method.toUpperCase())),
        authLevel: readAuthLevel(name, authLevel),
        function: registered,
      },
    },
  ];
}

function parseOrRefuse(functionName: string, path: string): RouteTemplate {
  try {
    return parseRouteTemplate(path);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new HostStartError(`The route "${path}" of the function "${functionName}" cannot be used: ${reason}.`, {
      cause: error,
    });
  }
}

function readAuthLevel(functionName: string, authLevel: string): HttpRoute['authLevel'] {
  const level = authLevel.toLowerCase();
  if (level === 'anonymous' || level === 'function') return level;
  throw new HostStartError(
    `The function "${functionName}" has the auth level "${authLevel}". The stand-in host knows "anonymous" and "function".`,
  );
}
