import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { declaredNames, readBicep, variablesOf } from './bicep.ts';
import { tableBelow } from './markdown.ts';
import { listFiles, readText, root } from './repository.ts';

interface Step {
  uses?: string;
  run?: string;
  env?: Record<string, string>;
  with?: Record<string, string>;
}

interface Job {
  needs?: string;
  uses?: string;
  environment?: string | { name: string; url: string };
  permissions?: Record<string, string>;
  steps?: Step[];
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

function runsOf(file: string, name: string): (string | undefined)[] {
  return (job(file, name).steps ?? []).map(({ run }) => run);
}

describe('the workflows', () => {
  test('are those that the operations guide names', () => {
    expect(paths).toEqual(['ci', 'deploy-stage', 'deploy', 'release'].map((name) => `.github/workflows/${name}.yml`));
  });

  test('hold no secret: the sign-in to Azure needs none', () => {
    expect(workflows.filter(({ text }) => /\bsecrets\./.test(text)).map(({ path }) => path)).toEqual([]);
  });

  test('may only read the code, except the jobs that sign in to Azure and the one that makes a release', () => {
    expect(workflows.map(({ workflow }) => workflow.permissions)).toEqual(workflows.map(() => ({ contents: 'read' })));
    const more = workflows.flatMap(({ workflow }) =>
      Object.entries(workflow.jobs).flatMap(([name, { permissions }]) =>
        permissions === undefined ? [] : [[name, permissions]],
      ),
    );
    const signIn = { contents: 'read', 'id-token': 'write' };
    expect(Object.fromEntries(more)).toEqual({
      deploy: signIn,
      'what-if': signIn,
      dev: signIn,
      test: signIn,
      prod: signIn,
      release: { attestations: 'write', contents: 'write', 'id-token': 'write' },
    });
  });

  test('pin every third-party action to a commit, with its version in a comment', () => {
    const used = workflows.flatMap(({ text }) =>
      [...text.matchAll(/uses: (?!\.\/)(.*)$/gm)].map(([, action]) => action),
    );
    expect(used.length).toBeGreaterThan(10);
    expect(used.filter((action) => !/^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(String(action)))).toEqual([]);
  });

  test('pin each action to a single commit', () => {
    const used = workflows.flatMap(({ text }) => [...text.matchAll(/uses: (?!\.\/)([^@]+)(@.*)$/gm)]);
    const pins = new Map<string, Set<string>>();
    for (const [, action = '', pin = ''] of used) pins.set(action, (pins.get(action) ?? new Set()).add(pin));
    expect([...pins].filter(([, versions]) => versions.size > 1)).toEqual([]);
  });

  test('read only variables that the operations guide explains, and all of them', () => {
    const used = new Set(
      workflows.flatMap(({ text }) => [...text.matchAll(/\bvars\.(\w+)/g)].map(([, name]) => String(name))),
    );
    const explained = tableBelow(operations, '## Deployment from GitHub Actions').flatMap(([names]) =>
      String(names).split(', '),
    );
    expect(explained.sort()).toEqual([...used].sort());
  });

  test('run existing scripts of the project', () => {
    const { scripts } = JSON.parse(readText('package.json')) as { scripts: Record<string, string> };
    const run = workflows.flatMap(({ text }) =>
      [...text.matchAll(/npm run ([\w-]+)/g)].map(([, name]) => String(name)),
    );
    expect(run.filter((name) => !(name in scripts))).toEqual([]);
  });

  test('check infra/ with the compiler and with the predictions', () => {
    expect(runsOf('ci.yml', 'infrastructure')).toEqual(expect.arrayContaining(['.ci/bicep', '.ci/predictions']));
  });
});

describe('a deployment', () => {
  test('waits for CI, and deploys the package that CI tested', () => {
    expect(job('deploy.yml', 'ci')).toEqual({ needs: 'variables', uses: './.github/workflows/ci.yml' });
    expect(['dev', 'test', 'prod'].map((stage) => job('deploy.yml', stage).needs)).toEqual(['ci', 'dev', 'test']);
    expect(job('ci.yml', 'code').steps?.at(-1)?.with).toMatchObject({ name: 'package' });
  });

  test('refuses variables that stages would share, as its first step', () => {
    const { environment, steps = [] } = job('deploy.yml', 'variables');
    expect(steps.at(-1)).toMatchObject({
      run: 'node .github/refuse-shared-variables.mjs',
      env: { VARIABLES: '${{ toJSON(vars) }}' },
    });
    // In an environment the job would also see the variables of that environment.
    expect(environment).toBeUndefined();
  });

  test.each([
    ['deploy.yml', 'what-if'],
    ['deploy-stage.yml', 'deploy'],
  ])('compiles with the pinned Bicep, and sets the variables of the parameter file: %s, %s', (file, name) => {
    const { steps = [] } = job(file, name);
    expect(steps.map(({ run }) => run)).toEqual(
      expect.arrayContaining(['bash .github/use-pinned-bicep', 'node .github/export-variables.mjs']),
    );
    expect(steps.find(({ run }) => run === 'node .github/export-variables.mjs')?.env).toEqual({
      VARIABLES: '${{ toJSON(vars) }}',
    });
  });

  test('is previewed with an identity that cannot change anything', () => {
    const preview = readText('.github/workflows/deploy.yml').split('  variables:')[0];
    expect(preview).toContain('vars.AZURE_PLANNER_CLIENT_ID');
    expect(preview).not.toContain('vars.AZURE_CLIENT_ID');
  });

  test('signs in as an identity that trusts only the environment of the job', () => {
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

  test('reads outputs that the template has', () => {
    const text = readText('.github/workflows/deploy-stage.yml');
    const read = [...text.matchAll(/jq --raw-output \.(\w+)\.value/g)].map(([, name]) => String(name));
    expect(read).toEqual(['functionAppName', 'functionAppUrl']);
    expect(declaredNames(readBicep('infra/main.bicep'), 'output')).toEqual(expect.arrayContaining(read));
  });

  test('exports the variables that the parameter file reads, and no others', () => {
    const folder = mkdtempSync(join(tmpdir(), 'variables-'));
    const file = join(folder, 'exported');
    const variables = { NAMES: '{\n  "plan": "p"\n}', CALLER_AUTH: 'entra', PATH: '/elsewhere', STAGE: 'prod' };
    try {
      execFileSync(process.execPath, [join(root, '.github/export-variables.mjs')], {
        env: { VARIABLES: JSON.stringify(variables), GITHUB_ENV: file },
      });
      const exported = readFileSync(file, 'utf8').replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'END');
      expect(exported).toBe('NAMES<<END\n{\n  "plan": "p"\n}\nEND\nCALLER_AUTH<<END\nentra\nEND\n');
      expect(Object.values(variablesOf('infra/main.bicepparam'))).toEqual(
        expect.arrayContaining(['NAMES', 'CALLER_AUTH']),
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('a release', () => {
  /** The notes for a tag, as the release shows them. */
  function notesFor(tag: string): { exitCode: number | null; output: string } {
    const script = join(root, '.github/release-notes.mjs');
    const { status, stdout, stderr } = spawnSync(process.execPath, [script, tag], { encoding: 'utf8' });
    return { exitCode: status, output: stdout + stderr };
  }

  const { version } = JSON.parse(readText('package.json')) as { version: string };

  test('has the section of its version in CHANGELOG.md as notes', () => {
    const [, section = ''] = readText('CHANGELOG.md').split(`\n## ${version}\n`);
    const [own = ''] = section.split('\n## ');
    expect(notesFor(`v${version}`)).toEqual({ exitCode: 0, output: `${own.trim()}\n` });
  });

  test('is not made for a tag that differs from package.json', () => {
    expect(notesFor('v99.0.0').exitCode).toBe(1);
    expect(notesFor('v99.0.0').output).toContain(`The tag is for 99.0.0, and package.json says ${version}.`);
  });

  test('has the package that CI tested, the template, an SBOM, checksums and a build provenance attestation', () => {
    const { needs, steps = [] } = job('release.yml', 'release');
    const runs = steps.map(({ run }) => run).join('\n');
    expect(needs).toBe('ci');
    expect(steps.find(({ uses }) => uses?.startsWith('actions/download-artifact@'))?.with).toEqual({
      name: 'package',
      path: 'release',
    });
    expect(runs).toContain('build infra/main.bicep --outfile release/main.json');
    expect(runs).toContain('--sbom-format cyclonedx > release/sbom.cdx.json');
    expect(runs).toContain('sha256sum');
    expect(steps.find(({ uses }) => uses?.startsWith('actions/attest-build-provenance@'))?.with).toEqual({
      'subject-path': 'release/*',
    });
  });
});
