import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { parse } from 'yaml';
import { bracketed, declaredNames, members, readBicep } from './bicep.ts';
import { listFiles, readText, root } from './repository.ts';

interface AzdProject {
  infra: { path: string; module: string };
  services: { api: Record<string, unknown> & { hooks: { prepackage: Record<string, { run: string }> } } };
  hooks: { postprovision: Record<string, { run: string }> };
}

interface ParametersFile {
  parameters: Record<string, { value: string }>;
}

const project = parse(readText('azure.yaml')) as AzdProject;
const template = readBicep('infra/subscription.bicep');

function printed(environment: Record<string, string>): string {
  const script = join(root, 'infra/print-next-command.mjs');
  return execFileSync(process.execPath, [script], { env: environment, encoding: 'utf8' });
}

describe('azd', () => {
  test('deploys the folder that the package is made of, and lets Azure build nothing', () => {
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

  test('finds the app by the tag that the template gives it', () => {
    expect(readBicep('infra/main.bicep')).toContain("{ 'azd-service-name': 'api' }");
  });

  test('finds no .funcignore, which with node_modules in it makes it refuse to deploy without a build', () => {
    expect(listFiles('.', '.funcignore').filter((path) => !path.includes('node_modules'))).toEqual([]);
  });

  test('fills parameters that the template has, and asks for none that it could not name', () => {
    const file = JSON.parse(
      readText(`${project.infra.path}/${project.infra.module}.parameters.json`),
    ) as ParametersFile;
    expect(Object.keys(file.parameters).sort()).toEqual(declaredNames(template, 'param').sort());
    expect(Object.values(file.parameters).filter(({ value }) => !/^\$\{[A-Z_]+(=\w+)?\}$/.test(value))).toEqual([]);
  });

  test('may leave out the default registration, for which it would ask without a default', () => {
    expect(template).toMatch(/^param powerBiTenantId string = ''$/m);
    expect(template).toMatch(/^param powerBiClientId string = ''$/m);
  });

  test('hands on to the deployment what it was given', () => {
    const handedOn = members(bracketed(template, 'params: {'));
    const parameters = declaredNames(template, 'param').filter((name) => name !== 'environmentName');
    const lists = ['corsOrigins', 'operatorAddresses', 'alertEmails'];
    const own = parameters.map((name) => [
      name,
      lists.includes(name) ? `empty(${name}) ? [] : split(${name}, ',')` : name,
    ]);
    expect(handedOn).toMatchObject({ ...Object.fromEntries(own), azdEnvironmentName: 'environmentName' });
  });

  test('prints the command that stores the secret after it has provisioned', () => {
    const commands = Object.values(project.hooks.postprovision).map(({ run }) => run);
    expect(commands).toEqual(['node infra/print-next-command.mjs', 'node infra/print-next-command.mjs']);
    expect(template).toContain('output NEXT_COMMAND string = main.outputs.nextCommand');
    expect(printed({ NEXT_COMMAND: 'az keyvault secret set' })).toContain(
      'nobody sees the value:\n\n  az keyvault secret set\n',
    );
  });

  test('asks for no secret where there is no registration to make one for', () => {
    const text = printed({ NEXT_COMMAND: '' });
    expect(text).toContain('No default registration was named (POWERBI_CLIENT_ID)');
    expect(text).not.toContain('One command is left');
  });
});
