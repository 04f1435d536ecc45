import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ValidateFunction } from 'ajv';
import Ajv04 from 'ajv-draft-04';
import addFormats from 'ajv-formats';

/** One request to Power BI and its answer, as sent. */
export interface Exchange {
  readonly method: string;
  readonly url: URL;
  readonly requestBody: string;
  readonly status: number;
  readonly answer: string;
}

interface Schema {
  readonly properties?: object;
  readonly allOf?: readonly { readonly $ref?: string }[];
  readonly [member: string]: unknown;
}

interface Operation {
  readonly operationId: string;
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly schema?: { $ref: string } }[];
  readonly responses: Readonly<Record<string, { readonly schema?: { readonly $ref: string } }>>;
}

interface Specification {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly definitions: Readonly<Record<string, Schema>>;
}

const FILE = join(process.env['SPECS_DIR'] ?? '../shared/reference/specs', 'power-bi-rest.swagger.json');

/** Microsoft's own description of Power BI's REST API. Throws if the file is missing. */
export function readPowerBiSpec() {
  const specification = readSpecification();
  const isAnswer = createValidators(specification.definitions);
  const isRequest = createValidators(closed(specification.definitions));

  /** The operation of an exchange, and the differences of both sides from its description. */
  return function examine({ method, url, requestBody, status, answer }: Exchange): {
    operation: string;
    faults: unknown[];
  } {
    const found = findOperation(specification, method, url.pathname);
    if (found === undefined) return { operation: `${method} ${url.pathname}`, faults: ['not described'] };
    const { operationId: operation, parameters = [], responses } = found;
    const queries = parameters.filter((parameter) => parameter.in === 'query').map(({ name }) => name);
    const unknown = [...url.searchParams.keys()].filter((name) => !queries.includes(name));
    const body = parameters.find((parameter) => parameter.in === 'body');
    const described = responses[status];
    return {
      operation,
      faults: [
        ...unknown.map((name) => `the query member ${name} is not described`),
        ...(requestBody === '' ? [] : isRequest(body?.schema?.$ref, requestBody)),
        // The description does not contain refusals.
        ...(described === undefined && status < 400 ? [`the status ${status} is not described`] : []),
        ...(described?.schema === undefined ? [] : isAnswer(described.schema.$ref, answer)),
      ],
    };
  };
}

function readSpecification(): Specification {
  if (!existsSync(FILE)) throw new Error(`${FILE} is missing. SPECS_DIR names the folder of Microsoft's descriptions.`);
  const { paths, definitions } = JSON.parse(readFileSync(FILE, 'utf8')) as Specification;
  // The description requires it, although Microsoft's guide to enhanced refreshes omits it and Power BI accepts that.
  const { required, ...refreshRequest } = definitions['DatasetRefreshRequest'] ?? {};
  if (JSON.stringify(required) !== '["notifyOption"]') throw new Error('The description of refreshes has changed.');
  return { paths, definitions: { ...definitions, DatasetRefreshRequest: refreshRequest } };
}

function findOperation({ paths }: Specification, method: string, path: string): Operation | undefined {
  const matching = Object.keys(paths).find((template) =>
    new RegExp(`^${template.replaceAll(/\{\w+\}/g, String.raw`[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}`)}$`).test(path),
  );
  return matching === undefined ? undefined : paths[matching]?.[method.toLowerCase()];
}

function createValidators(
  definitions: Specification['definitions'],
): (ref: string | undefined, text: string) => unknown[] {
  // The description has its own members (x-ms-enum), which a strict validator would reject.
  const ajv = new Ajv04({ strict: false, allErrors: true });
  addFormats(ajv);
  ajv.addSchema({ id: 'power-bi', definitions });
  return (ref, text) => {
    if (ref === undefined) return ['a body is not described'];
    const validate = ajv.getSchema(`power-bi${ref}`) as ValidateFunction;
    void validate(JSON.parse(text));
    return validate.errors ?? [];
  };
}

/** Definitions that allow only the members that they name, so that a misspelt member of a request is an error. */
function closed(definitions: Specification['definitions']): Specification['definitions'] {
  const bases = new Set(Object.values(definitions).flatMap(({ allOf = [] }) => allOf.map(({ $ref }) => $ref)));
  const isWhole = (name: string, { properties, allOf }: Schema): boolean =>
    properties !== undefined && allOf === undefined && !bases.has(`#/definitions/${name}`);
  return Object.fromEntries(
    Object.entries(definitions).map(([name, schema]) => [
      name,
      isWhole(name, schema) ? { ...schema, additionalProperties: false } : schema,
    ]),
  );
}
