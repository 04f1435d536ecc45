import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv, type AnySchemaObject } from 'ajv';
import Ajv04 from 'ajv-draft-04';
import addFormats from 'ajv-formats';

/** Microsoft's own JSON Schemas of a custom connector's files. */
const specsFolder = process.env['SPECS_DIR'] ?? '../shared/reference/specs';

const readJson = (path: string): unknown => JSON.parse(readFileSync(path, 'utf8'));
const readSchema = (name: string): AnySchemaObject => readJson(join(specsFolder, name)) as AnySchemaObject;
const connectorFile = (name: string): unknown => readJson(join('clients/power-automate', name));

// The schemas have their own keywords, which a strict validator would reject.
const options = { strict: false, allErrors: true };

const draft04 = new Ajv04(options);
const draft07 = new Ajv(options);
addFormats(draft04);
addFormats(draft07);
const isDefinition = draft04.compile(readSchema('connector-apiDefinition.schema.json'));
const areProperties = draft07.compile(readSchema('connector-apiProperties.schema.json'));

function errorsOf(validate: typeof areProperties, content: unknown): unknown {
  void validate(content);
  return validate.errors ?? [];
}

test('apiDefinition.swagger.json is valid for custom connectors', () => {
  const definition = connectorFile('apiDefinition.swagger.json') as object;
  expect(errorsOf(isDefinition, definition)).toEqual([]);
  expect(errorsOf(isDefinition, { ...definition, swagger: '3.0' })).not.toEqual([]);
});

test.each(['apiProperties.json', 'apiProperties.entra.json'])('%s is valid for custom connectors', (name) => {
  expect(errorsOf(areProperties, connectorFile(name))).toEqual([]);
  expect(errorsOf(areProperties, {})).not.toEqual([]);
});
