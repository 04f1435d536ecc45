import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HostStartError } from '../../../local/host/host-start-error.ts';
import { reloadOnChange } from '../../../local/start/reload.ts';
import { eventually } from '../../support/eventually.ts';

let directory: string;
let file: string;
let stop: () => void;
let said: string[];
let restarts: number;
let parses: boolean;
let failure: Error | undefined;
let errors: { readonly profile: string | undefined }[];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'reload-'));
  file = join(directory, 'profiles.json');
  writeFileSync(file, '{}');
  said = [];
  restarts = 0;
  parses = true;
  failure = undefined;
  errors = [];
  stop = reloadOnChange({
    files: () => ({
      [file]: () => {
        if (!parses) throw new HostStartError('profiles.json is not JSON: a comma is missing.');
      },
    }),
    restart: () => {
      restarts += 1;
      return failure === undefined ? Promise.resolve(errors) : Promise.reject(failure);
    },
    errors: [],
    say: (text) => said.push(text),
  });
});
afterEach(() => {
  stop();
  rmSync(directory, { recursive: true });
});

test('a changed file that parses restarts the function app', async () => {
  writeFileSync(file, '{ }');
  await eventually(() => said.length === 2);

  expect([restarts, said]).toEqual([
    1,
    ['profiles.json has changed: restarting the function app ...', 'The function app uses the changed profiles.json.'],
  ]);
});

test.each([
  ['the settings', [undefined], 'the error above. No caller gets a token now: /api/token answers 500.'],
  ['a profile', ['sales'], 'the error above. "sales" answers 500 now.'],
  ['two profiles', ['sales', 'sales', 'hr'], 'the 3 errors above. "sales" and "hr" answer 500 now.'],
  ['three profiles', ['a', 'b', 'c'], 'the 3 errors above. "a", "b", and "c" answer 500 now.'],
  [
    'the settings and a profile',
    ['sales', undefined],
    'the 2 errors above. No caller gets a token now: /api/token answers 500.',
  ],
])('a changed file with errors in %s says what they stop', async (_where, profiles, named) => {
  errors = profiles.map((profile) => ({ profile }));
  writeFileSync(file, '{ }');
  await eventually(() => said.length === 2);

  expect(said[1]).toBe(
    `The function app uses the changed profiles.json and reports ${named} Correct and save the file: it is then loaded again.`,
  );
});

test('a file that was removed restarts the function app without it', async () => {
  rmSync(file);
  await eventually(() => said.length === 2);

  expect(said).toEqual([
    'profiles.json was removed: restarting the function app ...',
    'The function app runs without profiles.json.',
  ]);
});

test('a changed file that does not parse is not loaded, and a message says so', async () => {
  parses = false;
  writeFileSync(file, '{ "profiles" ');
  await eventually(() => said.length === 1);

  expect([restarts, said]).toEqual([
    0,
    [
      'profiles.json has changed, but the function app still uses the file from before. It is not JSON: a comma is missing. Correct and save it.',
    ],
  ]);
});

test('a file that does not parse leaves the errors of the file from before, and a message says so', async () => {
  errors = [{ profile: undefined }];
  writeFileSync(file, '{ }');
  await eventually(() => said.length === 2);
  parses = false;
  writeFileSync(file, '{ "profiles" ');
  await eventually(() => said.length === 3);

  expect(said[2]).toMatch(/ Correct and save it\. No caller gets a token now: \/api\/token answers 500\.$/);
});

test('a function app that does not start again is reported', async () => {
  failure = new HostStartError('Host.CORS is faulty');
  rmSync(file);
  await eventually(() => said.length === 2);

  expect(said[1]).toBe(
    'The function app did not start. Host.CORS is faulty. Correct profiles.json. The function app then starts again.',
  );
});

test('a file that is written with the same content does not restart the function app', async () => {
  writeFileSync(file, '{}');
  await new Promise((resolve) => setTimeout(resolve, 1200));

  expect([restarts, said]).toEqual([0, []]);
});

test('if the settings name another file, that file is watched from then on', async () => {
  const other = join(directory, 'other.json');
  writeFileSync(other, '{}');
  file = other;
  await new Promise((resolve) => setTimeout(resolve, 600));
  expect(said).toEqual([]);

  writeFileSync(other, '{ }');
  await eventually(() => said.length === 2);

  expect([restarts, said[0]]).toEqual([1, 'other.json has changed: restarting the function app ...']);
});
