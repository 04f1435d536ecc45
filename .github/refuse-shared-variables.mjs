// GitHub gives a job the repository's variable where its environment has none, so one that was forgotten in prod would
// silently be another stage's. Run by a job without an environment: what it sees stands on the repository.
import { readFileSync } from 'node:fs';

/** Which directory and subscription: the same for all stages is right, since each has a resource group of its own. */
const mayBeShared = ['AZURE_TENANT_ID', 'AZURE_SUBSCRIPTION_ID'];

const workflow = readFileSync(new URL('workflows/deploy-stage.yml', import.meta.url), 'utf8');
const ofOneStage = new Set([...workflow.matchAll(/\bvars\.(\w+)/g)].map(([, name]) => name));
for (const name of mayBeShared) ofOneStage.delete(name);

// VARIABLES is GitHub's `vars` as JSON.
const shared = Object.keys(JSON.parse(process.env.VARIABLES)).filter((name) => ofOneStage.has(name));
for (const name of shared)
  console.log(`::error::${name} stands on the repository. Give each environment its own, and delete this one.`);
process.exitCode = shared.length === 0 ? 0 : 1;
