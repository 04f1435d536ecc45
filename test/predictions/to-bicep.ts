export type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };

/** A value in Bicep's syntax. */
export function toBicep(value: Json): string {
  if (typeof value === 'string') return textToBicep(value);
  if (isList(value)) return `[\n${value.map((item) => `${toBicep(item)}\n`).join('')}]`;
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value).map(([name, member]) => `${quote(name)}: ${toBicep(member)}\n`);
    return `{\n${members.join('')}}`;
  }
  return String(value);
}

/** `Array.isArray` does not narrow a readonly array. */
function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

/** An expression that only Azure can evaluate has no type here. */
function textToBicep(text: string): string {
  return text.startsWith('[') && text.endsWith(']') ? `any(${quote(text)})` : quote(text);
}

function quote(text: string): string {
  const escaped = text
    .replaceAll('\\', '\\\\')
    .replaceAll("'", "\\'")
    .replaceAll('${', '\\${')
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r')
    .replaceAll('\t', '\\t');
  return `'${escaped}'`;
}
