// Converts the schemas to plain JSON: removes comments and the byte order mark, and corrects one wrong draft number.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'jsonc-parser';

const [, , folder = '.'] = process.argv;
for (const name of ['power-bi-rest.swagger', 'connector-apiDefinition.schema', 'connector-apiProperties.schema']) {
  const file = join(folder, `${name}.json`);
  const content = parse(readFileSync(file, 'utf8').replace(/^\uFEFF/, ''), [], { allowTrailingComma: true });
  const { id, ...members } = content;
  const isOldId = name === 'connector-apiProperties.schema' && id !== undefined;
  writeFileSync(file, JSON.stringify(isOldId ? { $id: id, ...members } : content, null, 2));
}
