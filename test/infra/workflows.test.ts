import { parse } from 'yaml';
import { declaredNames, readBicep } from './bicep.ts';
import { tableBelow } from './markdown.ts';
import { listFiles, readText } from './repository.ts';

interface Job {
  needs?: string;
  environment?: string | { name: string; url: string };
  env?: Record<string, string>;
  permissions?: Record<string, string>;
  steps?: { uses?: string; run?: string; env?: Record<string, string> }[];
}

interface Workflow {
  permissions: Record<string, string>;
  jobs: Record<string, Job>;
}

const paths = listFiles('.github/workflows', '.yml');
const workflows = paths.map((path) => ({ path, text: readText(path), workflow: parse(readText(path)) as Workflow }));
const operations = readText('docs/operations.md');

function job(file: string, name: string): Job {
  const found = workflows.find(({ path }) => path.endsWith(`/${file}`))?.workflow.jobs[name];
  if (found === undefined) throw new Error(`no job ${name} in ${file}`);
  return found;
}

function variablesRead(path: string): string[] {
  return [...readText(path).matchAll(/readEnvironmentVariable\('(\w+)'/g)].map(([, name]) => String(name)).sort();
}

describe('the workflows', () => {
  test('are those that the operations guide speaks of', () => {
    expect(paths).toEqual([
      '.github/workflows/ci.yml',
      '.github/workflows/deploy-stage.yml',
      '.github/workflows/deploy.yml',
    ]);
  });

  test('hold no secret: signing in to Azure takes none', () => {
    expect(workflows.filter(({ text }) => /\bsecrets\./.test(text)).map(({ path }) => path)).toEqual([]);
  });

  test('may read the code and no more, but for the jobs that sign in to Azure', () => {
    expect(workflows.map(({ workflow }) => workflow.permissions)).toEqual(workflows.map(() => ({ contents: 'read' })));
    const signingIn = workflows.flatMap(({ workflow }) =>
      Object.entries(workflow.jobs).flatMap(([name, { permissions }]) =>
        permissions === undefined ? [] : [[name, permissions]],
      ),
    );
    expect(signingIn).toEqual(
      ['deploy', 'what-if', 'dev', 'test', 'prod'].map((name) => [name, { contents: 'read', 'id-token': 'write' }]),
    );
  });

  test('name every action by a version', () => {
    const actions = workflows.flatMap(({ workflow }) =>
      Object.values(workflow.jobs).flatMap(({ steps }) => (steps ?? []).flatMap(({ uses }) => uses ?? [])),
    );
    expect(actions.length).toBeGreaterThan(5);
    expect(actions.filter((action) => !/^[\w-]+\/[\w-]+@(v\d+|[0-9a-f]{40})$/.test(action))).toEqual([]);
  });

  test('give the parameter files every variable that they read, to look and to deploy alike', () => {
    const read = variablesRead('infra/main.prod.bicepparam');
    const looking = Object.keys(job('deploy.yml', 'what-if').env ?? {});
    const deploying = Object.keys(job('deploy-stage.yml', 'deploy').env ?? {});
    expect(looking.sort()).toEqual(read);
    expect(deploying.sort()).toEqual([...read, 'RESOURCE_GROUP', 'STAGE'].sort());
  });

  test.each([
    ['deploy.yml', 'what-if'],
    ['deploy-stage.yml', 'deploy'],
  ])('fill each variable from the one of its name: %s, %s', (file, name) => {
    const { RESOURCE_GROUP, STAGE, ...env } = job(file, name).env ?? {};
    const sources = Object.values(env).map((value) => /^\$\{\{ vars\.(\w+)(?: \|\| '.*')? \}\}$/.exec(value)?.[1]);
    expect(sources).toEqual(Object.keys(env));
    expect([RESOURCE_GROUP, STAGE]).toEqual(
      name === 'deploy' ? ['${{ vars.AZURE_RESOURCE_GROUP }}', '${{ inputs.stage }}'] : [undefined, undefined],
    );
  });

  test('read variables that the operations guide explains, all of them', () => {
    const used = new Set(
      workflows.flatMap(({ text }) => [...text.matchAll(/\bvars\.(\w+)/g)].map(([, name]) => String(name))),
    );
    const explained = tableBelow(operations, '## Deployment from GitHub Actions').flatMap(([names]) =>
      String(names).split(', '),
    );
    expect(explained.sort()).toEqual([...used].sort());
  });

  test('look with an identity that cannot change anything', () => {
    const look = readText('.github/workflows/deploy.yml').split('  package:')[0];
    expect(look).toContain('vars.AZURE_PLANNER_CLIENT_ID');
    expect(look).not.toContain('vars.AZURE_CLIENT_ID');
  });

  test('sign in as an identity that trusts the environment of the job, and no other one', () => {
    const trusted = (identity: string): string[] => {
      const [text = ''] = readBicep('infra/deployer.bicep').split(`resource ${identity} '`)[1]?.split('\n}\n') ?? [];
      return [...text.matchAll(/subject: '(.*)'/g)].map(([, subject]) => String(subject));
    };
    expect([job('deploy.yml', 'what-if').environment, trusted('planner')]).toEqual([
      'what-if',
      ['${subjectPrefix}:environment:what-if'],
    ]);
    expect([job('deploy-stage.yml', 'deploy').environment, trusted('deployer')]).toEqual([
      { name: '${{ inputs.stage }}', url: '${{ steps.infrastructure.outputs.url }}' },
      ['${subjectPrefix}:environment:${stage}'],
    ]);
  });

  test('refuse variables that stages would share, before anything is deployed', () => {
    const { environment, steps = [] } = job('deploy.yml', 'package');
    const refusing = steps.find(({ run }) => run === 'node .github/refuse-shared-variables.mjs');
    expect(refusing?.env).toEqual({ VARIABLES: '${{ toJSON(vars) }}' });
    // With an environment the job would see that one's too.
    expect(environment).toBeUndefined();
    expect([job('deploy.yml', 'dev').needs, job('deploy.yml', 'test').needs, job('deploy.yml', 'prod').needs]).toEqual([
      'package',
      'dev',
      'test',
    ]);
  });

  test('deploy the package that was tested, and let Azure build nothing', () => {
    const text = readText('.github/workflows/deploy-stage.yml');
    expect(text).toContain('--src dist/powerbi-token-function.zip --build-remote false');
    expect(text).toContain('bash .github/smoke-test');
  });

  test('read outputs of the deployment that it has', () => {
    const text = readText('.github/workflows/deploy-stage.yml');
    const read = [...text.matchAll(/jq --raw-output \.(\w+)\.value/g)].map(([, name]) => String(name));
    expect(read).toEqual(['functionAppName', 'functionAppUrl']);
    expect(declaredNames(readBicep('infra/main.bicep'), 'output')).toEqual(expect.arrayContaining(read));
  });

  test('run scripts that the project has', () => {
    const { scripts } = JSON.parse(readText('package.json')) as { scripts: Record<string, string> };
    const run = workflows.flatMap(({ text }) =>
      [...text.matchAll(/npm run ([\w-]+)/g)].map(([, name]) => String(name)),
    );
    expect(run.filter((name) => !(name in scripts))).toEqual([]);
  });
});
