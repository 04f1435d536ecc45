/** A route template, ready to match paths. */
export interface RouteTemplate {
  /** The parameters of `path` (percent-decoded, with its leading slash), or undefined if the path does not match. */
  match(path: string): Record<string, string> | undefined;
}

interface Segment {
  readonly pattern: string;
  /** The name of the parameter; undefined for a literal segment. */
  readonly parameter?: string;
}

/**
 * Compiles a template such as `token/{profile?}`. It knows the syntax that this app uses: literal segments, `{name}` for a
 * whole segment, and `{name?}` for the last one. It throws for other syntax (constraints, defaults, catch-alls), because a
 * wrong guess would route requests differently from the real host.
 */
export function parseRouteTemplate(template: string): RouteTemplate {
  const parts = template.split('/');
  const segments = parts.map((part, index) => parseSegment(part, { isLast: index === parts.length - 1 }));
  const parameters = segments.flatMap(({ parameter }) => parameter ?? []);
  const pattern = new RegExp(`^${segments.map((segment) => segment.pattern).join('')}/?$`, 'i');
  return {
    match(path) {
      const found = pattern.exec(path);
      if (found === null) return undefined;
      const given = parameters.map((name, index) => [name, found[index + 1]] as const);
      return Object.fromEntries(given.filter((entry): entry is [string, string] => entry[1] !== undefined));
    },
  };
}

function parseSegment(text: string, { isLast }: { readonly isLast: boolean }): Segment {
  if (/^[\w.~-]+$/.test(text)) return { pattern: `/${text.replaceAll('.', '\\.')}` };
  const { name, optional } = /^\{(?<name>\w+)(?<optional>\??)\}$/.exec(text)?.groups ?? {};
  if (name === undefined) {
    throw new Error(`the segment "${text}" is not supported here: use a literal, {name}, or {name?} at the end`);
  }
  if (optional === '') return { pattern: '/([^/]+)', parameter: name };
  if (!isLast) throw new Error(`the optional parameter "${text}" is only supported at the end`);
  return { pattern: '(?:/([^/]+))?', parameter: name };
}
