import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv, type ValidateFunction } from 'ajv';

const readJson = (path: string): unknown => JSON.parse(readFileSync(path, 'utf8'));

interface ExampleFile {
  readonly $schema: string;
  readonly profiles: Readonly<Record<string, { readonly grant: string }>>;
  readonly grants: readonly object[];
}

const example = readJson('profiles.example.json') as ExampleFile;
const validate: ValidateFunction = new Ajv({ allErrors: true, strict: true, strictTypes: false }).compile(
  readJson('profiles.schema.json') as object,
);

test('profiles.schema.json is up to date: npm run schema writes it', () => {
  const directory = mkdtempSync(join(tmpdir(), 'schema-'));
  const path = join(directory, 'profiles.schema.json');

  execFileSync(process.execPath, ['scripts/schema.mjs', path]);
  const made = readFileSync(path, 'utf8');
  rmSync(directory, { recursive: true });

  expect(readFileSync('profiles.schema.json', 'utf8')).toBe(made);
});

test('profiles.example.json is valid under its schema, for an independent validator', () => {
  expect([example.$schema, validate(example), validate.errors]).toEqual(['./profiles.schema.json', true, null]);
});

test('profiles.example.json shows every grant type', () => {
  expect(new Set(Object.values(example.profiles).map(({ grant }) => grant))).toEqual(
    new Set(['client_credentials', 'password', 'on_behalf_of', 'authorization_code', 'managed_identity']),
  );
});

test.each([
  ['an unknown member', { profiel: {} }],
  ['a profile without a grant', { profiles: { sales: {} } }],
  ['an invalid name', { profiles: { '../default': { grant: 'managed_identity' } } }],
  ['a client id that is not a GUID', { profiles: { sales: { grant: 'managed_identity', clientId: 'mine' } } }],
  ['a grant without callers', { grants: [{ callers: [], profiles: ['default'], actions: ['token'] }] }],
  ['an unknown action', { grants: [{ callers: [{ anyone: true }], profiles: ['default'], actions: ['everything'] }] }],
])('the schema shows %s in an editor', (_what, file) => {
  expect(validate(file)).toBe(false);
});

test.each(['0A0B0C0D-1111-4222-8333-44445555AAFF', '0a0b0c0d-1111-4222-8333-44445555aaff'])(
  'a GUID is valid in either case, as for the program: %s',
  (clientId) => {
    expect(validate({ profiles: { sales: { grant: 'managed_identity', clientId } } })).toBe(true);
  },
);
