import { describeIssue, describeRefusal, type AuditContext } from '../../src/audit.ts';
import { ERROR_CODES, ServiceError } from '../../src/errors.ts';
import { readBicep } from './bicep.ts';
import { tableBelow } from './markdown.ts';
import { readText } from './repository.ts';

interface WorkbookItem {
  name: string;
  content: { query?: string; json?: string };
}

const workbook = JSON.parse(readText('infra/workbook.json')) as { items: WorkbookItem[] };
const alerts = readBicep('infra/modules/alerts.bicep');
const operations = readText('docs/operations.md');

const queries = [
  ...workbook.items.flatMap(({ name, content }) => (content.query === undefined ? [] : [[name, content.query]])),
  ['the alerts', alerts],
  ...[...operations.matchAll(/```kusto\n([\s\S]*?)```/g)].map(([, query], index) => [`guide ${index}`, String(query)]),
].map(([name, query]) => ({ name: String(name), query: String(query) }));

const moment = { wallMs: 0, monotonicMs: 0 };
const context: AuditContext = {
  subject: 'token',
  requestId: '',
  correlationId: undefined,
  startedAt: moment,
  now: moment,
};
/** What stands in the lines that the program logs: on each token, each refusal, and in the two warnings. */
const logged = new Set([
  ...Object.keys(describeIssue({}, context)),
  ...Object.keys(describeRefusal(new ServiceError('internal', ''), {}, context)),
  'secret',
  'days_left',
  'key',
]);

describe('the questions asked of the log', () => {
  test('are many', () => {
    expect(queries.length).toBeGreaterThan(12);
  });

  test.each(queries)('read what the program writes: $name', ({ query }) => {
    const read = [...query.matchAll(/\b(?:audit|entry)\.(\w+)/g)].map(([, member]) => String(member));
    expect(read.filter((member) => !logged.has(member))).toEqual([]);
  });

  test.each(queries)('know the codes of errors: $name', ({ query }) => {
    const named = [...query.matchAll(/\bcode (?:in|==) (\(.*?\)|"\w+")/g)].flatMap(([, codes]) => [
      ...String(codes).matchAll(/\w+/g),
    ]);
    expect(named.map(([code]) => code).filter((code) => !(code in ERROR_CODES))).toEqual([]);
  });

  test('speak of warnings that the program gives', () => {
    expect(readText('src/secrets/expiry-log.ts')).toMatch(/event: 'secret\.near_expiry', secret: name, days_left: /);
    expect(readText('src/refresh-failure-log.ts')).toMatch(/event: 'refresh\.failed',\s+key,\s+code: /);
  });
});

describe('the alerts', () => {
  const rules = [...alerts.matchAll(/^ {4}name: '([\w-]+)'$/gm)].map(([, name]) => String(name));
  const events = [...readBicep('infra/modules/secret-expiry.bicep').matchAll(/name: '(secret-[\w-]+)'/g)].map(
    ([, name]) => `${name} (Event Grid)`,
  );

  test('are explained in the operations guide, with what to do, and with the severity that they have', () => {
    const explained = tableBelow(operations, '## Alerts').slice(0, -1);
    const severities = [...alerts.matchAll(/^ {4}severity: (\d)$/gm)].map(([, severity]) => String(severity));
    expect(Object.fromEntries(explained.map(([name, severity]) => [name, severity]))).toEqual({
      ...Object.fromEntries(rules.map((name, index) => [name, severities[index]])),
      ...Object.fromEntries(events.map((name) => [name, name.startsWith('secret-expired') ? '1' : '2'])),
    });
    expect(explained.filter((row) => row.length !== 4 || row.includes(''))).toEqual([]);
  });

  test('tell of a refused credential at once, and of every code that means one', () => {
    const [, codes] = /code in \((.*)\)'\n\s+aboveCount: 0/.exec(alerts) ?? [];
    expect(codes?.replaceAll('"', '').split(', ')).toEqual([
      'secret_expired',
      'secret_rejected',
      'secret_unavailable',
      'issuer_rejected',
    ]);
  });
});

describe('the workbook', () => {
  test('shows what an operator asks for', () => {
    expect(workbook.items.map(({ name }) => name)).toEqual([
      'introduction',
      'parameters',
      'tokens-by-profile',
      'tokens-by-caller',
      'cache-hits',
      'mint-time',
      'refusals-by-code',
      'latest-refusals',
      'failed-refreshes',
      'days-left',
    ]);
  });

  test('fits a template: it has no text that Bicep or Azure Resource Manager would take for an expression', () => {
    expect(readText('infra/workbook.json').startsWith('[')).toBe(false);
    expect(Buffer.byteLength(readText('infra/workbook.json'))).toBeLessThan(131_072);
  });
});
