// Parses every KQL query of the repository named on the command line. Copied by .ci/kusto to where the parser is
// installed, since an import is looked up from the importing file's own folder.
import '@kusto/language-service-next/bridge.min.js';
import '@kusto/language-service-next/Kusto.Language.Bridge.min.js';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const { Kusto } = globalThis;

/** The tables that are asked, with the columns that these questions use, as Application Insights and Key Vault have them. */
const tables = {
  traces: '(timestamp: datetime, message: string, customDimensions: dynamic)',
  requests: '(timestamp: datetime, url: string, resultCode: string)',
  AzureDiagnostics:
    '(TimeGenerated: datetime, ResourceProvider: string, OperationName: string, identity_claim_oid_g: string, CallerIPAddress: string, ResultSignature: string)',
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
  const text = read('infra/modules/alerts.bicep');
  const [, start] = /var auditEvents = '''\n([\s\S]*?)'''/.exec(text);
  return [...text.matchAll(/query: (?:'\$\{auditEvents\}(.*)'|'''\n([\s\S]*?)''')$/gm)].map(
    ([, rest, whole], index) => ({
      name: `alert ${index + 1}`,
      query: whole ?? start + rest,
    }),
  );
}

/** The guide shows once how a query on the audit trail begins. */
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
