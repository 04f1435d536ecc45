// Parses every KQL query of the repository that the command line names. .ci/kusto copies this file to the folder of the
// parser, because Node looks an import up from the folder of the importing file.
import '@kusto/language-service-next/bridge.min.js';
import '@kusto/language-service-next/Kusto.Language.Bridge.min.js';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const { Kusto } = globalThis;

/** The tables of Application Insights, Key Vault and Storage, with the columns that the queries use. */
const tables = {
  traces: '(timestamp: datetime, message: string, customDimensions: dynamic)',
  requests: '(timestamp: datetime, url: string, resultCode: string)',
  AZKVAuditLogs:
    '(TimeGenerated: datetime, OperationName: string, Identity: dynamic, CallerIpAddress: string, ResultSignature: string)',
  StorageBlobLogs:
    '(TimeGenerated: datetime, OperationName: string, RequesterObjectId: string, CallerIpAddress: string, Uri: string, StatusText: string)',
};

function read(path) {
  return readFileSync(join(process.argv[2], path), 'utf8');
}

function workbookQueries() {
  const { items } = JSON.parse(read('infra/workbook.json'));
  return items.flatMap(({ name, content }) =>
    content.query === undefined
      ? []
      : [{ name: `workbook, ${name}`, query: content.query.replaceAll('{TimeRange:grain}', '1h') }],
  );
}

function alertQueries() {
  const { audit, rules } = JSON.parse(read('infra/alerts.json'));
  return rules.map(({ name, query }) => ({
    name: `alert, ${name}`,
    query: (query[0] === 'audit' ? [...audit, ...query.slice(1)] : query).join('\n'),
  }));
}

/** The guide shows only once how a query on the audit trail begins. */
function guideQueries() {
  const [start, ...blocks] = [...read('docs/operations.md').matchAll(/```kusto\n([\s\S]*?)```/g)].map(
    ([, block]) => block,
  );
  return blocks.map((block, index) => ({
    name: `operations guide, query ${index + 2}`,
    query: block.startsWith('audit') ? start + block : block,
  }));
}

const { DatabaseSymbol, TableSymbol } = Kusto.Language.Symbols;
const symbols = Object.entries(tables).map(([name, columns]) => new TableSymbol.$ctor7(name, columns, null));
const globals = Kusto.Language.GlobalState.Default.WithDatabase(new DatabaseSymbol.ctor('logs', symbols));

const queries = [...workbookQueries(), ...alertQueries(), ...guideQueries()];
const found = queries.flatMap(({ name, query }) => {
  const diagnostics = Kusto.Language.KustoCode.ParseAndAnalyze(query, globals).GetDiagnostics();
  return Array.from({ length: diagnostics.Count }, (_, index) => diagnostics.getItem(index)).map(
    ({ Message, Start }) => `${name}: ${Message} Near: ${query.slice(Start, Start + 40).replaceAll('\n', ' ')}`,
  );
});

for (const line of found) console.log(line);
console.log(`${queries.length} queries: ${found.length} findings`);
process.exitCode = queries.length > 0 && found.length === 0 ? 0 : 1;
