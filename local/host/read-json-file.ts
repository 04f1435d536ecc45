import { existsSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { parse, printParseErrorCode, type ParseError } from 'jsonc-parser';
import { HostStartError } from './host-start-error.ts';

/**
 * The content of a JSON file as Core Tools reads it: comments and trailing commas are allowed, and a byte order mark
 * shows UTF-16. Undefined if there is no such file. An invalid file is a HostStartError with the place.
 */
export function readJsonFile(path: string): unknown {
  if (!existsSync(path)) return undefined;
  const text = decode(readFileSync(path));
  const errors: ParseError[] = [];
  const content: unknown = parse(text, errors, { allowTrailingComma: true });
  const [error] = errors;
  if (error === undefined) return content;
  const before = text.slice(0, error.offset).split('\n');
  throw new HostStartError(
    `${basename(path)} is not JSON: ${printParseErrorCode(error.error)} at line ${before.length}, column ${(before.at(-1) ?? '').length + 1}.`,
  );
}

// TextDecoder removes the byte order mark.
function decode(bytes: Buffer): string {
  const [first, second] = bytes;
  const isLittleEndian = first === 0xff && second === 0xfe;
  const isBigEndian = first === 0xfe && second === 0xff;
  return new TextDecoder(isLittleEndian ? 'utf-16le' : isBigEndian ? 'utf-16be' : 'utf-8').decode(bytes);
}
