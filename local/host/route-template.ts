import { parseRouteConstraint, type RouteConstraint } from './route-constraints.ts';

/** A route template made ready to match paths. */
export interface RouteTemplate {
  /** The whole path in lower case where the template has no parameter, else undefined. */
  readonly literalPath: string | undefined;
  /** Sorts templates: of two that match a path, the one that sorts first wins, as ASP.NET's routing has it. */
  readonly precedence: string;
  /** The parameters of `path` (percent-decoded, with its leading slash), or undefined where it does not match. */
  match(path: string): Record<string, string> | undefined;
}

interface Parameter {
  readonly name: string;
  readonly isCatchAll: boolean;
  readonly isOptional: boolean;
  readonly defaultValue: string | undefined;
  readonly constraints: readonly RouteConstraint[];
}

interface Segment {
  readonly pattern: string;
  readonly precedence: string;
  readonly parameters: readonly Parameter[];
}

/** Compiles a template such as `orders/{id:int}/{*rest}`; throws where it makes no sense. */
export function parseRouteTemplate(template: string): RouteTemplate {
  const segments = splitSegments(template).map(parseSegment);
  const parameters = segments.flatMap((segment) => segment.parameters);
  const pattern = new RegExp(`^${segments.map((segment) => segment.pattern).join('')}/?$`, 'is');
  return {
    literalPath: parameters.length === 0 ? `/${template}`.toLowerCase() : undefined,
    precedence: segments.map((segment) => segment.precedence).join(''),
    match(path) {
      const found = pattern.exec(path);
      return found === null ? undefined : readParameters(parameters, found);
    },
  };
}

function readParameters(parameters: readonly Parameter[], found: RegExpExecArray): Record<string, string> | undefined {
  const values: Record<string, string> = {};
  for (const [index, { name, defaultValue, constraints }] of parameters.entries()) {
    // An optional parameter's group matches nothing, a catch-all's may match the empty rest: both count as not given.
    const value = found[index + 1] === '' ? defaultValue : (found[index + 1] ?? defaultValue);
    if (value === undefined) continue;
    if (!constraints.every((constraint) => constraint(value))) return undefined;
    values[name] = value;
  }
  return values;
}

// A slash inside braces belongs to a constraint: {path:regex(^a/b$)}.
function splitSegments(template: string): string[] {
  const segments = [''];
  let depth = 0;
  for (const character of template.replace(/^~?\//, '').replace(/\/$/, '')) {
    if (character === '{') depth++;
    if (character === '}') depth--;
    if (character === '/' && depth === 0) segments.push('');
    else segments.push(`${segments.pop() ?? ''}${character}`);
  }
  if (depth !== 0) throw new Error('its braces do not pair up');
  return segments;
}

function parseSegment(segment: string): Segment {
  if (segment === '') throw new Error('it has an empty segment');
  // Doubled braces stand for one inside a constraint: {digits:regex(^\d{{2}}$)}.
  const parts = segment.split(/(\{(?:[^{}]|\{\{|\}\})*\})/).filter((part) => part !== '');
  const parameters = parts.filter((part) => part.startsWith('{')).map(parseParameter);
  const [only] = parameters;
  if (only === undefined) return { pattern: `/${escapePattern(segment)}`, precedence: '1', parameters };
  if (parts.length > 1) return { pattern: `/${parts.map(patternOfPart).join('')}`, precedence: '2', parameters };
  return { pattern: patternOf(only), precedence: precedenceOf(only), parameters };
}

function patternOf({ isCatchAll, isOptional, defaultValue }: Parameter): string {
  if (isCatchAll) return '(?:/(.*))?';
  return isOptional || defaultValue !== undefined ? '(?:/([^/]+))?' : '/([^/]+)';
}

function patternOfPart(part: string): string {
  return part.startsWith('{') ? '([^/]+?)' : escapePattern(part);
}

function precedenceOf({ isCatchAll, constraints }: Parameter): string {
  const base = isCatchAll ? 5 : 3;
  return String(constraints.length > 0 ? base : base + 1);
}

function parseParameter(part: string): Parameter {
  const inner = part.slice(1, -1).replaceAll('{{', '{').replaceAll('}}', '}');
  const { stars = '', name, rest = '' } = /^(?<stars>\*{0,2})(?<name>\w+)(?<rest>.*)$/s.exec(inner)?.groups ?? {};
  if (name === undefined) throw new Error(`"${part}" is no parameter`);
  const isOptional = rest.endsWith('?');
  const { constraints = '', defaultValue } =
    /^(?<constraints>(?::[^(=]+(?:\(.*\))?)*)(?:=(?<defaultValue>.*))?$/s.exec(isOptional ? rest.slice(0, -1) : rest)
      ?.groups ?? {};
  return {
    name,
    isCatchAll: stars !== '',
    isOptional,
    defaultValue,
    constraints: splitConstraints(constraints).map(parseRouteConstraint),
  };
}

// A colon inside parentheses belongs to a constraint's argument: {time:regex(^\d+:\d+$)}.
function splitConstraints(text: string): string[] {
  return text.match(/[^:(]+(?:\([^]*?\)(?=:|$))?/g) ?? [];
}

function escapePattern(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}
