import { bracketed, declaredNames, members, readBicep } from './bicep.ts';
import { tableBelow } from './markdown.ts';
import { readText } from './repository.ts';

const stages = ['dev', 'test', 'prod'] as const;
const presets = bracketed(readBicep('infra/stages.bicep'), 'var stagePresets = {');
const operations = readText('docs/operations.md');

function parameterLines(stage: string): string[] {
  return readText(`infra/main.${stage}.bicepparam`).match(/^param .*$/gm) ?? [];
}

function readsEnvironment(line: string): boolean {
  return line.includes('readEnvironmentVariable(');
}

describe('the stages', () => {
  test('differ as the table of the operations guide says', () => {
    const table = tableBelow(operations, '## Stages');
    for (const [index, stage] of stages.entries()) {
      const documented = table.map((row) => [row[0], row[index + 1]]);
      const deployed = Object.entries(members(bracketed(presets, `${stage}: {`)));
      expect([stage, Object.fromEntries(documented)]).toEqual([
        stage,
        Object.fromEntries(deployed.map(([name, value]) => [name, value.replaceAll("'", '')])),
      ]);
    }
  });

  test.each(stages)('read the same variables as all others, and choose parameters that there are: %s', (stage) => {
    const lines = parameterLines(stage);
    expect(lines.filter(readsEnvironment)).toEqual(parameterLines('dev').filter(readsEnvironment));
    const chosen = lines.filter((line) => !readsEnvironment(line));
    expect(chosen).toContain(`param stage = '${stage}'`);
    const parameters = declaredNames(readBicep('infra/main.bicep'), 'param');
    expect(declaredNames(lines.join('\n'), 'param').filter((name) => !parameters.includes(name))).toEqual([]);
  });

  test('leave every value to a parameter where the guide says that one overrides', () => {
    const parameters = declaredNames(readBicep('infra/main.bicep'), 'param');
    const rows = tableBelow(operations, '## Stages').map(([name]) => String(name));
    expect(rows.slice(0, -4).filter((name) => !parameters.includes(name))).toEqual([]);
    expect(rows.slice(-4).filter((name) => parameters.includes(name))).toEqual([]);
  });

  test('are used whole: no value stands there that nothing reads', () => {
    const main = readBicep('infra/main.bicep');
    const names = Object.keys(members(bracketed(presets, 'dev: {')));
    expect(names.filter((name) => !main.includes(`preset.${name}`))).toEqual([]);
  });
});

describe('the variables of the environment', () => {
  /** powerBiTenantId: POWERBI_TENANT_ID. */
  const variableOf = (parameter: string): string =>
    parameter
      .replace('powerBi', 'powerbi')
      .replaceAll(/[A-Z]/g, (letter) => `_${letter}`)
      .toUpperCase();

  test('each fill the parameter of their name', () => {
    const filled = parameterLines('dev')
      .filter(readsEnvironment)
      .map((line) => line.match(/^param (\w+) = .*?'([A-Z_]+)'/));
    expect(filled.map((match) => match?.[2])).toEqual(filled.map((match) => variableOf(String(match?.[1]))));
  });

  test('each fill the parameter of their name where azd reads them', () => {
    const file = JSON.parse(readText('infra/subscription.parameters.json')) as {
      parameters: Record<string, { value: string }>;
    };
    const { environmentName, location, ...own } = file.parameters;
    expect([environmentName?.value, location?.value]).toEqual(['${AZURE_ENV_NAME}', '${AZURE_LOCATION}']);
    expect(Object.values(own).map(({ value }) => /^\$\{([A-Z_]+)/.exec(value)?.[1])).toEqual(
      Object.keys(own).map(variableOf),
    );
  });
});

describe('the registration that secretless.bicep makes', () => {
  test('is another one for each identity, so that no stage takes over that of another', () => {
    const template = readBicep('infra/secretless.bicep');
    expect(template).toContain("= 'powerbi-token-function-${uniqueString(resourceGroup().id, identityName)}'");
    expect(template).toContain("= 'Power BI token function (${identityName})'");
    expect(template.match(/uniqueName: .*|name: .*function-identity.*/g)).toEqual([
      'uniqueName: uniqueName',
      "name: '${uniqueName}/function-identity'",
    ]);
  });
});

describe('the choices of the operations guide', () => {
  test('are parameters', () => {
    const parameters = declaredNames(readBicep('infra/main.bicep'), 'param');
    const choices = tableBelow(operations, '## Choices').map(([name]) => String(name));
    expect(choices.length).toBeGreaterThan(10);
    expect(choices.filter((name) => !parameters.includes(name))).toEqual([]);
  });
});
