import { existsSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { parse, printParseErrorCode, type ParseError } from 'jsonc-parser';
import { HostStartError } from './host-start-error.ts';

/** What is wrong at a place, by the code of jsonc-parser. */
const PROBLEMS: Readonly<Record<string, string>> = {
  CommaExpected: 'a comma is missing before',
  ColonExpected: 'a colon is missing before',
  PropertyNameExpected: 'a property name is missing, or there is a comma too many, at',
  ValueExpected: 'a value is missing at',
  CloseBraceExpected: 'a closing brace } is missing at',
  CloseBracketExpected: 'a closing bracket ] is missing at',
  InvalidSymbol: 'there is text without double quotation marks at',
  UnexpectedEndOfString: 'a closing quotation mark is missing in',
  InvalidEscapeCharacter: 'there is a single backslash (write two) in the string at',
  EndOfFileExpected: 'there is more text after the end of the JSON at',
};

/**
 * The content of a JSON file as Core Tools reads it: comments and trailing commas are allowed, and a byte order mark
 * shows UTF-16. Undefined if there is no such file. An invalid file is a HostStartError with the place.
 */
export function readJsonFile(path: string): unknown {
  const text = readTextFile(path);
  if (text === undefined) return undefined;
  const name = basename(path);
  if (text.trim() === '') throw new HostStartError(`${name} is empty: write a JSON object, such as {}.`);
  // Text in UTF-16 has a NUL byte after each letter.
  if (text.includes('\0')) throw new HostStartError(`${name} is not UTF-8 text: save it as UTF-8.`);
  const errors: ParseError[] = [];
  const content: unknown = parse(text, errors, { allowTrailingComma: true });
  const [error] = errors;
  if (error === undefined) return content;
  const code = printParseErrorCode(error.error);
  const before = text.slice(0, error.offset).split('\n');
  const place = `line ${before.length}, column ${(before.at(-1) ?? '').length + 1}`;
  throw new HostStartError(`${name} is not valid JSON: ${PROBLEMS[code] ?? `${code} at`} ${place}.`);
}

/** The text of a file without its byte order mark. Undefined if there is no such file. */
export function readTextFile(path: string): string | undefined {
  return existsSync(path) ? decode(readFileSync(path)) : undefined;
}

// TextDecoder removes the byte order mark.
function decode(bytes: Buffer): string {
  const [first, second] = bytes;
  const isLittleEndian = first === 0xff && second === 0xfe;
  const isBigEndian = first === 0xfe && second === 0xff;
  return new TextDecoder(isLittleEndian ? 'utf-16le' : isBigEndian ? 'utf-16be' : 'utf-8').decode(bytes);
}
