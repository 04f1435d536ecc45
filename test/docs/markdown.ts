import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';

/** A document of the repository. */
export interface Document {
  /** From the root of the repository: `docs/profiles.md`. */
  readonly path: string;
  readonly text: string;
}

/** One document, by its path from the root. */
export function readDocument(path: string): Document {
  return { path, text: readFileSync(path, 'utf8') };
}

/** Every document that an operator or caller reads. */
export function readDocuments(): Document[] {
  const ofFolder = readdirSync('docs')
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`);
  return ['README.md', 'SECURITY.md', ...ofFolder].map(readDocument);
}

/** The content of the fenced blocks with this info string, for example `json profiles.json`. */
export function blocksOf({ text }: Document, fence: string): string[] {
  return [...text.matchAll(/^ *```([^\n]*)\n(.*?)^ *```$/gms)]
    .filter(([, own]) => own === fence)
    .map(([, , block = '']) => block);
}

/** The section below a heading, up to the next heading of the same or a higher level. */
export function sectionOf({ text, path }: Document, heading: string): string {
  const level = /^#+/.exec(heading)?.[0].length ?? 0;
  const lines = text.split('\n');
  const start = lines.indexOf(heading);
  if (start < 0) throw new Error(`${path} has no heading "${heading}"`);
  const rest = lines.slice(start + 1);
  const end = rest.findIndex((line) => new RegExp(`^#{1,${level}} `).test(line));
  return rest.slice(0, end < 0 ? undefined : end).join('\n');
}

/** The tables of a text, each as its rows of cells, the head first. */
export function tablesOf(text: string): string[][][] {
  const tables: string[][][] = [];
  let isInTable = false;
  for (const line of text.split('\n').map((one) => one.trim())) {
    const isRow = line.startsWith('|');
    if (isRow && !isInTable) tables.push([]);
    if (isRow && !/^\|( -+ \|)+$/.test(line)) tables.at(-1)?.push(cellsOf(line));
    isInTable = isRow;
  }
  return tables;
}

function cellsOf(row: string): string[] {
  return row
    .slice(1, -1)
    .split('|')
    .map((cell) => cell.trim());
}

/** A table as a document has it. */
export function formatTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const format = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [head, head.map(() => '---'), ...rows].map(format).join('\n');
}

export interface Link {
  /** From the root of the repository. */
  readonly file: string;
  /** Without its number sign; empty if the link leads to the file. */
  readonly anchor: string;
}

/** The links of a document that lead to a file of the repository. */
export function linksOf({ path, text }: Document): Link[] {
  return [...text.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = '']) => target)
    .filter((target) => !/^[a-z]+:/.test(target))
    .map((target) => {
      const [file = '', anchor = ''] = target.split('#');
      return { file: file === '' ? path : normalize(join(dirname(path), file)), anchor };
    });
}

/** The addresses of a document's sections, as GitHub makes them. */
export function anchorsOf({ text }: Document): string[] {
  const prose = text.replaceAll(/^ *```.*?^ *```$/gms, '');
  return [...prose.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\w\s-]/g, '')
      .replaceAll(' ', '-'),
  );
}
