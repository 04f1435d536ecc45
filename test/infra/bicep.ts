import { readText } from './repository.ts';

/** The text of a Bicep file without its comments, so that a word in one is not taken for code. */
export function readBicep(path: string): string {
  return readText(path).replace(/^\s*\/\/.*$/gm, '');
}

/** Names declared by a keyword: `param`, `output`, `var`. */
export function declaredNames(bicep: string, keyword: 'param' | 'output' | 'var'): string[] {
  return [...bicep.matchAll(new RegExp(`^${keyword} (\\w+)`, 'gm'))].map(([, name]) => String(name));
}

/** The text from an opening bracket, the one that `start` ends with, to the one that closes it, both left out. */
export function bracketed(text: string, start: string): string {
  const from = text.indexOf(start);
  if (from < 0) throw new Error(`not found: ${start}`);
  const first = from + start.length;
  let depth = 1;
  let at = first;
  for (; at < text.length && depth > 0; at++) {
    if ('{[('.includes(text.charAt(at))) depth++;
    if ('}])'.includes(text.charAt(at))) depth--;
  }
  return text.slice(first, at - 1);
}

/** The members of an object whose values each stand on one line, as written. */
export function members(objectText: string): Record<string, string> {
  const lines = objectText.matchAll(/^\s*'?([\w-]+)'?: (.+)$/gm);
  return Object.fromEntries([...lines].map(([, name, value]) => [String(name), String(value)]));
}

/** Every value that stands behind a name on its line, a member's or a variable's, in their order. */
export function valuesOf(bicep: string, name: string): string[] {
  return [...bicep.matchAll(new RegExp(`^\\s*(?:var )?${name}(?::| =) (.+)$`, 'gm'))].map(([, value]) => String(value));
}
