import { startBuiltApp, type BuiltApp } from '../support/built-app.ts';
import { readExample, runExample, type Run } from './run-example.ts';

const hostKey = 'a-function-key-for-this-test';
let app: BuiltApp;

beforeAll(async () => {
  app = await startBuiltApp({ hostKey });
}, 60_000);
afterAll(() => app.close());

const examples = [
  ['curl', readExample('## curl', 'sh'), { name: 'get-token.sh', command: ['sh'] }],
  ['Node.js', readExample('## Node.js', 'js'), { name: 'get-token.mjs', command: [process.execPath] }],
] as const;

describe.each(examples)('the example for %s in docs/calling.md', (name, example, how) => {
  const run = (functionKey: string, functionApp = app.url): Promise<Run> =>
    runExample(example, { ...how, environment: { FUNCTION_APP: functionApp, FUNCTION_KEY: functionKey } });

  test('gets a token', async () => {
    const { exitCode, output } = await run(hostKey);
    expect(output).toMatch(name === 'curl' ? /^\{"access_token":"ey/ : /^Got a token of \d{3,} characters\.\n$/);
    expect(exitCode).toBe(0);
  });

  test('fails with a wrong key', async () => {
    const { exitCode, output } = await run('wrong');
    expect(exitCode).not.toBe(0);
    expect(output).toContain(name === 'curl' ? '401' : '401: the function key is missing or wrong.');
  });
});

test('the example for Node.js shows what is wrong', async () => {
  const [, example, how] = examples[1];
  const broken = await startBuiltApp({ hostKey, settings: { POWERBI_CLIENT_ID: 'no id' } });
  const { output } = await runExample(example, {
    ...how,
    environment: { FUNCTION_APP: broken.url, FUNCTION_KEY: hostKey },
  });
  await broken.close();
  expect(output).toContain('misconfigured: POWERBI_CLIENT_ID');
}, 60_000);
