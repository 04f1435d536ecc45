import { existsSync } from 'node:fs';
import { declaredNames, readBicep, variablesOf } from './bicep.ts';
import { readText } from './repository.ts';

const operations = readText('docs/operations.md');

describe('the operations guide', () => {
  test('names files that exist', () => {
    const files = [...operations.matchAll(/\binfra\/[\w./]+\b/g)].map(([path]) => path);
    expect(files.length).toBeGreaterThan(5);
    expect(files.filter((path) => !existsSync(path))).toEqual([]);
  });

  test('reads outputs that the templates have', () => {
    const outputs = ['main', 'deployer', 'secretless'].flatMap((file) =>
      declaredNames(readBicep(`infra/${file}.bicep`), 'output'),
    );
    const read = [...operations.matchAll(/properties\.outputs\.(\w+)/g)].map(([, name]) => String(name));
    expect(read.length).toBeGreaterThan(2);
    expect(read.filter((name) => !outputs.includes(name))).toEqual([]);
  });

  test('passes parameters that the templates have', () => {
    const given = [...operations.matchAll(/--template-file (infra\/\w+\.bicep) \\\n\s+--parameters ([^\n]+)/g)];
    expect(given.length).toBe(2);
    for (const [, path, parameters] of given) {
      const names = [...String(parameters).matchAll(/(\w+)=/g)].map(([, name]) => String(name));
      expect(declaredNames(readBicep(String(path)), 'param')).toEqual(expect.arrayContaining(names));
    }
  });

  test('sets variables that the parameter files read', () => {
    const read = [...Object.values(variablesOf('infra/main.bicepparam')), 'AZURE_ENV_NAME'];
    // Variables of the guide, which its later commands use.
    const ofTheGuide = [
      'API_ID',
      'APP_NAME',
      'APP_URL',
      'DEPLOYMENT',
      'KEY',
      'NAME',
      'PRINCIPAL_ID',
      'RESOURCE_GROUP',
      'VAULT_NAME',
    ];
    const set = [...operations.matchAll(/(?:export|azd env set|unset) ((?:[A-Z_]{3,}(?:=\S+)?\s)+)/g)].flatMap(
      ([, names]) => [...String(names).matchAll(/([A-Z_]{3,})(?==|\s)/g)].map(([, name]) => String(name)),
    );
    expect(set.length).toBeGreaterThan(10);
    expect(set.filter((name) => !ofTheGuide.includes(name) && !read.includes(name))).toEqual([]);
  });
});
