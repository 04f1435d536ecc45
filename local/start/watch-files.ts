import { existsSync, readFileSync } from 'node:fs';

const pollMs = 500;

/**
 * Calls `onChange` with the path of a file whose content has changed, also when the file appears or goes. It reads the
 * small files repeatedly, because editors replace files in ways that the system's watchers do not notice.
 * `listPaths` may return other paths later. Returns a function that stops it.
 */
export function watchFiles(listPaths: () => readonly string[], onChange: (path: string) => void): () => void {
  const contents = new Map(listPaths().map((path) => [path, read(path)]));
  const polling = setInterval(() => {
    for (const path of listPaths()) {
      const content = read(path);
      const isNew = !contents.has(path);
      if (!isNew && content === contents.get(path)) continue;
      contents.set(path, content);
      if (!isNew) onChange(path);
    }
  }, pollMs);
  return () => {
    clearInterval(polling);
  };
}

function read(path: string): string | undefined {
  return existsSync(path) ? readFileSync(path, 'latin1') : undefined;
}
