import { declaredNames, members, readBicep, variablesOf } from './bicep.ts';
import { tableBelow } from './markdown.ts';
import { readText } from './repository.ts';

const stages = ['dev', 'test', 'prod'] as const;
const presets = readBicep('infra/stages.bicep');
const operations = readText('docs/operations.md');
const parameters = declaredNames(readBicep('infra/main.bicep'), 'param');

describe('the stages', () => {
  test.each(stages)('have the values of the table in the operations guide: %s', (stage) => {
    const column = stages.indexOf(stage) + 1;
    const documented = tableBelow(operations, '## Stages').map((row) => [row[0], row[column]]);
    const deployed = Object.entries(members(presets, `${stage}: {`));
    expect(Object.fromEntries(documented)).toEqual(
      Object.fromEntries(deployed.map(([name, value]) => [name, value.replaceAll("'", '')])),
    );
  });

  test('let a parameter override every value except the last four', () => {
    const rows = tableBelow(operations, '## Stages').map(([name]) => String(name));
    expect(rows.slice(0, -4).filter((name) => !parameters.includes(name))).toEqual([]);
    expect(rows.slice(-4).filter((name) => parameters.includes(name))).toEqual([]);
  });
});

describe('the parameter files', () => {
  /** powerBiTenantId: POWERBI_TENANT_ID. */
  const variableOf = (parameter: string): string =>
    parameter
      .replace('powerBi', 'powerbi')
      .replace('MemoryMB', 'MemoryMb')
      .replaceAll(/[A-Z]/g, (letter) => `_${letter}`)
      .toUpperCase();
  const options = parameters.filter((name) => !['location', 'azdEnvironmentName', 'deploymentTime'].includes(name));

  test.each([
    ['main.bicepparam', {}],
    ['subscription.bicepparam', { environmentName: 'AZURE_ENV_NAME', location: 'AZURE_LOCATION' }],
  ])('fill every option from the variable of its name: %s', (file, more) => {
    expect(variablesOf(`infra/${file}`)).toEqual({
      ...Object.fromEntries(options.map((name) => [name, variableOf(name)])),
      ...more,
    });
  });
});

describe('the choices of the operations guide', () => {
  test('are all variables that the parameter files read', () => {
    const documented = tableBelow(operations, '## Choices').flatMap(([names]) => String(names).split(', '));
    expect(documented.sort()).toEqual(Object.values(variablesOf('infra/main.bicepparam')).sort());
  });
});
