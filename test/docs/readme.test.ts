import { readFileSync } from 'node:fs';
import { runInNewContext } from 'node:vm';
import { PLATFORM_SETTING_NAMES, SETTING_NAMES } from '../../src/config/setting-names.ts';
import { ERROR_CODES } from '../../src/errors.ts';
import { OPENAPI } from '../../src/http/openapi/document.ts';
import { startScenario } from '../support/scenario.ts';
import { blocksOf, readDocument, sectionOf } from './markdown.ts';

const readme = readDocument('README.md');

const section = (heading: string): string => sectionOf(readme, `## ${heading}`);

/** The first column of a section's table. */
function firstColumn(heading: string): string[] {
  return [...section(heading).matchAll(/^\| `([^`]+)`/gm)].map(([, cell]) => cell ?? '');
}

test('the settings are those that the program reads, in its order', () => {
  expect(firstColumn('Settings')).toEqual([...SETTING_NAMES]);
  for (const name of PLATFORM_SETTING_NAMES.slice(0, 3)) expect(section('Settings')).toContain(`\`${name}\``);
});

test('the error codes are those of the program, each with its status', () => {
  const rows = [...section('When something fails').matchAll(/^\| `(\w+)` \| (\d+) \|/gm)];
  expect(rows.map(([, code, status]) => [code, Number(status)])).toEqual(
    Object.entries(ERROR_CODES).map(([code, { status }]) => [code, status]),
  );
});

test('the routes are those of the OpenAPI document', () => {
  const routes = [...section('Call it').matchAll(/^\| (`\/api[^|]+) \|/gm)].flatMap(([, cell = '']) =>
    [...cell.matchAll(/`\/api([^`]+)`/g)].map(([, route]) => route),
  );
  expect(routes.sort()).toEqual(Object.keys(OPENAPI.paths).sort());
});

test('every command of npm is a script of the package', () => {
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };
  const named = [...readme.text.matchAll(/npm (?:run )?(start|test|package|bench|build)\b/g)].map(
    ([, name]) => name ?? '',
  );
  expect(new Set(named)).toEqual(new Set(['start', 'test', 'package', 'bench', 'build']));
  for (const name of named) expect(scripts).toHaveProperty(name);
});

describe('against the stand-ins', () => {
  const scenario = startScenario();

  test('the answer that is shown has the members of a real one, with values of the same types', async () => {
    const shown = JSON.parse(blocksOf(readme, 'json')[0] ?? '') as Record<string, unknown>;
    const { body } = await scenario.startApp().token();
    const kinds = (value: Record<string, unknown>): [string, string][] =>
      Object.entries(value).map(([name, member]) => [name, typeof member]);
    expect(kinds(shown)).toEqual(kinds(body));
    expect(shown).toMatchObject({ token_type: body['token_type'], scope: body['scope'], profile: body['profile'] });
  });

  test('the example for a front-end gets its token', async () => {
    const app = scenario.startApp();
    const fetchFromApp = async (address: string): Promise<Response> => {
      expect(new URL(address).pathname).toBe('/api/tokens/GetAccessToken');
      const { text, status } = await app.token();
      return new Response(text, { status });
    };
    const program = `(async () => { ${blocksOf(readme, 'js')[0] ?? ''} return token; })()`;
    const token = await (runInNewContext(program, { fetch: fetchFromApp }) as Promise<string>);
    expect(token).toMatch(/^eyJ/);
  });
});
