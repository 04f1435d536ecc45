import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { parse } from 'yaml';
import { listFiles, readText, root } from './repository.ts';

interface AzdProject {
  infra: { path: string; module: string };
  services: { api: Record<string, unknown> & { hooks: { prepackage: Record<string, { run: string }> } } };
  hooks: { postprovision: Record<string, { run: string }> };
}

const project = parse(readText('azure.yaml')) as AzdProject;

/** The last lines of azd, with these outputs of the deployment in the environment. */
function lastWords(outputs: Record<string, string>): string {
  const script = join(root, 'infra/print-next-command.mjs');
  return execFileSync(process.execPath, [script], { env: outputs, encoding: 'utf8' });
}

describe('azd', () => {
  test('deploys the folder of the package, without a build in Azure', () => {
    const { hooks, ...service } = project.services.api;
    expect(service).toEqual({
      project: '.',
      language: 'ts',
      host: 'function',
      dist: 'dist/package',
      remoteBuild: false,
    });
    expect(hooks.prepackage).toEqual({
      posix: { shell: 'sh', run: 'npm run package' },
      windows: { shell: 'pwsh', run: 'npm run package' },
    });
    expect(readText('scripts/package.mjs')).toContain("const folder = 'dist/package'");
  });

  test('finds its template and its parameters', () => {
    const { path, module } = project.infra;
    expect(listFiles(path, 'm')).toEqual(expect.arrayContaining([`${path}/${module}.bicepparam`]));
  });

  test('finds no .funcignore: one with node_modules in it makes azd refuse to deploy without a build', () => {
    expect(listFiles('.', '.funcignore').filter((path) => !path.includes('node_modules'))).toEqual([]);
  });

  test('prints its last lines on every operating system', () => {
    expect(Object.values(project.hooks.postprovision).map(({ run }) => run)).toEqual([
      'node infra/print-next-command.mjs',
      'node infra/print-next-command.mjs',
    ]);
  });
});

describe('the last lines of azd', () => {
  const outputs = { AZURE_FUNCTION_APP_URL: 'https://app', AZURE_FUNCTION_APP_NAME: 'app', AZURE_RESOURCE_GROUP: 'rg' };

  test('are the command that stores the secret, then a URL to open in a browser', () => {
    const text = lastWords({ ...outputs, NEXT_COMMAND: 'az keyvault secret set' });
    expect(text).toContain('without showing the value:\n\n  az keyvault secret set\n');
    expect(text.trimEnd().endsWith('  https://app/api/health')).toBe(true);
  });

  test('have no command for the secret if there is no app registration', () => {
    const text = lastWords({ ...outputs, NEXT_COMMAND: '' });
    expect(text).toContain('POWERBI_CLIENT_ID is not set');
    expect(text).not.toContain('One step is left');
  });
});
