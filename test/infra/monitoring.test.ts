import { ERROR_CODES } from '../../src/errors.ts';
import { LOG_EVENTS } from '../../src/log-events.ts';
import { readBicep } from './bicep.ts';
import { tableBelow } from './markdown.ts';
import { readText } from './repository.ts';

interface WorkbookItem {
  name: string;
  content: { query?: string; json?: string };
}

const workbook = JSON.parse(readText('infra/workbook.json')) as { items: WorkbookItem[] };
interface Alert {
  name: string;
  severity: number;
  query: string[];
}

const { audit, rules } = JSON.parse(readText('infra/alerts.json')) as { audit: string[]; rules: Alert[] };
const operations = readText('docs/operations.md');

const queries = [
  ...workbook.items.flatMap(({ name, content }) => (content.query === undefined ? [] : [[name, content.query]])),
  ...rules.map(({ name, query }) => [name, [...audit, ...query].join('\n')]),
  ...[...operations.matchAll(/```kusto\n([\s\S]*?)```/g)].map(([, query], index) => [`guide ${index}`, String(query)]),
].map(([name, query]) => ({ name: String(name), query: String(query) }));

/** The members that the program's log lines have. */
const logged = new Set<string>(['event', ...Object.values(LOG_EVENTS).flatMap(({ members }) => members)]);

describe('the queries of the log', () => {
  test('are found', () => {
    expect(queries.length).toBeGreaterThan(12);
  });

  test.each(queries)('read members that the program writes: $name', ({ query }) => {
    const read = [...query.matchAll(/\b(?:audit|entry)\.(\w+)/g)].map(([, member]) => String(member));
    expect(read.filter((member) => !logged.has(member))).toEqual([]);
  });

  test.each(queries)('name error codes of the program: $name', ({ query }) => {
    const named = [...query.matchAll(/\bcode (?:in|==) (\(.*?\)|"\w+")/g)].flatMap(([, codes]) => [
      ...String(codes).matchAll(/\w+/g),
    ]);
    expect(named.map(([code]) => code).filter((code) => !(code in ERROR_CODES))).toEqual([]);
  });

  test.each(queries)('name events that the program logs: $name', ({ query }) => {
    const named = [...query.matchAll(/\bevent (?:in|==|!=) (\(.*?\)|"[\w.]+")/g)].flatMap(([, events]) =>
      [...String(events).matchAll(/"([\w.]+)"/g)].map(([, event]) => String(event)),
    );
    expect(named.filter((event) => !(event in LOG_EVENTS))).toEqual([]);
  });
});

describe('the events table of the operations guide', () => {
  test('lists every event of src/log-events.ts with its moment and its members', () => {
    const described = Object.entries(LOG_EVENTS).map(([event, { when, members: own }]) => [
      event,
      when,
      own.join(', '),
    ]);
    const groups = new Map(
      tableBelow(operations, '#### Members').map(([group = '', members = '']) => [group, members]),
    );
    const expand = (members: string): string =>
      members.replaceAll(/\*(\w+)\*/g, (_, group: string) => expand(groups.get(`*${group}*`) ?? group));
    expect(
      tableBelow(operations, '### Events').map(([event, when, members = '']) => [event, when, expand(members)]),
    ).toEqual(described);
  });
});

describe('the alerts', () => {
  const events = [...readBicep('infra/modules/secret-expiry.bicep').matchAll(/name: '(secret-[\w-]+)'/g)].map(
    ([, name]) => `${name} (Event Grid)`,
  );

  test('are explained in the operations guide, with what to do and the right severity', () => {
    const explained = tableBelow(operations, '## Alerts').slice(0, -1);
    expect(Object.fromEntries(explained.map(([name, severity]) => [name, severity]))).toEqual({
      ...Object.fromEntries(rules.map(({ name, severity }) => [name, String(severity)])),
      ...Object.fromEntries(events.map((name) => [name, name.startsWith('secret-expired') ? '1' : '2'])),
    });
    expect(explained.filter((row) => row.length !== 4 || row.includes(''))).toEqual([]);
  });
});

describe('the workbook', () => {
  test('shows tokens, refusals, embeds, refreshes and expiry dates', () => {
    expect(workbook.items.map(({ name }) => name)).toEqual([
      'introduction',
      'parameters',
      'tokens-by-profile',
      'tokens-by-caller',
      'cache-hits',
      'mint-time',
      'refusals-by-code',
      'latest-refusals',
      'errors-in-settings',
      'embeds-by-grant',
      'refused-embeds',
      'dataset-refreshes',
      'failed-refreshes',
      'days-left',
    ]);
  });

  test('shows the days left of every secret and certificate, also of those that are not about to expire', () => {
    const query = workbook.items.find(({ name }) => name === 'days-left')?.content.query;
    expect(query).toContain('| where event in ("secret.expiry", "secret.near_expiry")\n');
  });

  test('is valid in a template: Azure Resource Manager reads no text in it as an expression', () => {
    expect(readText('infra/workbook.json').startsWith('[')).toBe(false);
    expect(Buffer.byteLength(readText('infra/workbook.json'))).toBeLessThan(131_072);
  });
});
