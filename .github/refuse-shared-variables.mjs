// If an environment has no variable of a name, GitHub uses that of the repository. A variable that is missing in prod
// would silently have another stage's value. A job without an environment runs this: it sees the repository's variables.
import { readFileSync } from 'node:fs';

/** Directory and subscription may be the same for all stages, because each stage has its own resource group. */
const mayBeShared = ['AZURE_TENANT_ID', 'AZURE_SUBSCRIPTION_ID'];

const read = (path) => readFileSync(new URL(path, import.meta.url), 'utf8');
const ofOneStage = new Set(
  [
    ...read('workflows/deploy-stage.yml').matchAll(/\bvars\.(\w+)/g),
    ...read('../infra/main.bicepparam').matchAll(/readEnvironmentVariable\('(\w+)'/g),
  ].map(([, name]) => name),
);
for (const name of mayBeShared) ofOneStage.delete(name);

// VARIABLES is GitHub's `vars` as JSON.
const shared = Object.keys(JSON.parse(process.env.VARIABLES)).filter((name) => ofOneStage.has(name));
for (const name of shared)
  console.log(`::error::${name} is a variable of the repository. Set it in each environment, and delete this one.`);
process.exitCode = shared.length === 0 ? 0 : 1;
