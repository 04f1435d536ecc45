import { readText } from './repository.ts';

// test/predictions tests what infra/ deploys. Here a file is read only for the names in it.

/** The text of a Bicep file without its comments. */
export function readBicep(path: string): string {
  return readText(path).replace(/^\s*\/\/.*$/gm, '');
}

/** Names declared by a keyword. */
export function declaredNames(bicep: string, keyword: 'param' | 'output'): string[] {
  return [...bicep.matchAll(new RegExp(`^${keyword} (\\w+)`, 'gm'))].map(([, name]) => String(name));
}

/** The members of an object, as written. Each value begins on the line of its name. */
export function members(bicep: string, start: string): Record<string, string> {
  const [, text = ''] = bicep.split(start);
  const [own = ''] = text.split(/^\s*\}/m);
  return Object.fromEntries(
    [...own.matchAll(/^\s*(\w+): (.+)$/gm)].map(([, name, value]) => [String(name), String(value)]),
  );
}

/** The environment variables that a parameter file reads, by the parameter that each fills. */
export function variablesOf(path: string): Record<string, string> {
  const lines = readText(path).matchAll(/^param (\w+) = .*readEnvironmentVariable\('(\w+)'/gm);
  return Object.fromEntries([...lines].map(([, parameter, variable]) => [String(parameter), String(variable)]));
}
