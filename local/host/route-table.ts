import type { RegisteredFunction } from './core-types.ts';
import { HostStartError } from './host-start-error.ts';
import { parseRouteTemplate, type RouteTemplate } from './route-template.ts';

type AuthLevel = 'anonymous' | 'function' | 'admin';

/** An HTTP function, ready to be found by path and method. */
export interface HttpRoute {
  readonly functionName: string;
  readonly triggerName: string;
  readonly path: string;
  readonly methods: ReadonlySet<string>;
  readonly authLevel: AuthLevel;
  readonly function: RegisteredFunction;
}

export interface RouteMatch {
  readonly route: HttpRoute;
  readonly params: Readonly<Record<string, string>>;
}

export interface RouteTable {
  readonly routes: readonly HttpRoute[];
  /** Undefined where no route has that path, and also where none of those takes that method: 404 either way. */
  find(method: string, path: string): RouteMatch | undefined;
}

interface CompiledRoute {
  readonly route: HttpRoute;
  readonly template: RouteTemplate;
}

const noParams: Readonly<Record<string, string>> = {};

/** Compiles the routes of all HTTP functions; a template that does not parse keeps the host from starting. */
export function createRouteTable(functions: Iterable<RegisteredFunction>, routePrefix: string): RouteTable {
  const compiled = [...functions].flatMap((registered) => compileRoute(registered, routePrefix));
  compiled.sort((left, right) => (left.template.precedence < right.template.precedence ? -1 : 1));
  const literals = groupByLiteralPath(compiled);
  const patterns = compiled.filter(({ template }) => template.literalPath === undefined);

  return {
    routes: compiled.map(({ route }) => route),
    find(method, path) {
      const literal = literals
        .get(withoutTrailingSlash(path).toLowerCase())
        ?.find((route) => route.methods.has(method));
      if (literal !== undefined) return { route: literal, params: noParams };
      for (const { route, template } of patterns) {
        const params = route.methods.has(method) ? template.match(path) : undefined;
        if (params !== undefined) return { route, params };
      }
      return undefined;
    },
  };
}

function compileRoute(registered: RegisteredFunction, routePrefix: string): CompiledRoute[] {
  const { name, bindings } = registered.metadata;
  const trigger = Object.entries(bindings).find(([, binding]) => binding.type?.toLowerCase() === 'httptrigger');
  if (trigger === undefined) return [];
  const [triggerName, { route, methods = [], authLevel = 'function' }] = trigger;
  const path = [routePrefix, route === undefined || route === '' ? name : route]
    .filter((part) => part !== '')
    .join('/');
  return [
    {
      template: parseOrRefuse(name, path),
      route: {
        functionName: name,
        triggerName,
        path: `/${path}`,
        methods: new Set(methods.map((method) => method.toUpperCase())),
        authLevel: authLevel.toLowerCase() as AuthLevel,
        function: registered,
      },
    },
  ];
}

function parseOrRefuse(functionName: string, path: string): RouteTemplate {
  try {
    return parseRouteTemplate(path);
  } catch (error) {
    throw new HostStartError(`The route "${path}" of function ${functionName} does not parse: ${String(error)}`, {
      cause: error,
    });
  }
}

function groupByLiteralPath(compiled: readonly CompiledRoute[]): Map<string, HttpRoute[]> {
  const literals = new Map<string, HttpRoute[]>();
  for (const { route, template } of compiled) {
    if (template.literalPath === undefined) continue;
    literals.set(template.literalPath, [...(literals.get(template.literalPath) ?? []), route]);
  }
  return literals;
}

function withoutTrailingSlash(path: string): string {
  return path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path;
}
