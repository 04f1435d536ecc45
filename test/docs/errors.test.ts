import { randomUUID } from 'node:crypto';
import { ERROR_CODES } from '../../src/errors.ts';
import { startScenario } from '../support/scenario.ts';
import { tablesOfOthersCodes } from './error-tables.ts';
import { blocksOf, readDocument, readDocuments, sectionOf, tablesOf } from './markdown.ts';

const errors = readDocument('docs/errors.md');

test('every code that callers get has a row, with its status and its title', () => {
  const [[, ...rows] = []] = tablesOf(sectionOf(errors, '## Codes'));
  expect(rows.map((row) => row.slice(0, 3))).toEqual(
    Object.entries(ERROR_CODES).map(([code, { status, title }]) => [`\`${code}\``, String(status), title]),
  );
  expect(rows.filter(([, , , when, remedy]) => when === '' || remedy === '')).toEqual([]);
});

test.each(Object.entries(tablesOfOthersCodes()))('the table "%s" matches the program', (heading, table) => {
  expect(sectionOf(errors, heading)).toContain(`\n${table}\n`);
});

test('every AADSTS code in a document has a row in the table', () => {
  const known = [...sectionOf(errors, '## Entra').matchAll(/\b\d{5,7}\b/g)].map(([number]) => number);
  const unknown = readDocuments().flatMap(({ path, text }) =>
    [...text.matchAll(/AADSTS(\d+)/g)]
      .filter(([, number = '']) => !known.includes(number))
      .map(([code]) => `${path}: ${code}`),
  );
  expect(unknown).toEqual([]);
});

describe('against the stand-ins', () => {
  const scenario = startScenario();

  test('the answer that is shown is a real one, except for the ids and the rest of the hint', async () => {
    scenario.keyVault.setSecret('mistyped', 'not-the-secret');
    const { token } = scenario.startApp({ settings: { POWERBI_CLIENT_SECRET_NAME: 'mistyped' } });
    const { status, body } = await token();
    const shown = JSON.parse(blocksOf(errors, 'json')[0] ?? '') as typeof body;

    expect(status).toBe(502);
    expect(body).toEqual({
      ...shown,
      hint: expect.stringContaining(String(shown['hint']).replace(' ...', '')),
      upstream: {
        ...(shown['upstream'] as object),
        correlation_id: expect.any(String),
        trace_id: expect.any(String),
      },
      request_id: expect.any(String),
    });
  });

  test.each([
    ['a missing system-assigned identity', undefined],
    ['a client id that belongs to no identity', randomUUID()],
  ])('the document describes the real answer of the identity endpoint: %s', async (_, clientId) => {
    scenario.identityEndpoint.systemAssigned = undefined;
    const app = scenario.startApp({ settings: { AZURE_CLIENT_ID: clientId } });
    const { body } = await app.token();
    const [[, ...rows] = []] = tablesOf(sectionOf(errors, '## The managed identity endpoint'));
    const row = rows[clientId === undefined ? 0 : 1] ?? [];

    expect([`\`${String(body['code'])}\``, body['detail']]).toEqual([row[1], expect.stringContaining(row[2] ?? '?')]);
  });
});
