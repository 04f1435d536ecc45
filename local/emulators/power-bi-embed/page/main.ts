// The stand-in for the page that Power BI serves into powerbi-client's frame. It uses the same protocol and the same libraries.
import { connectToHost, type LoadConfiguration } from './connect-to-host.ts';
import { createReportView } from './report-view.ts';
import type { ReportData } from '../report-data.ts';

const { raise, raiseError, listen } = connectToHost();
const view = createReportView(document.querySelector('main') ?? document.body, {
  hasFilterPane: location.pathname !== '/rdlEmbed',
  onPageChanged: (page) => {
    raise('pageChanged', { newPage: page });
  },
  // A click on the chart sends a request to the service, like a slicer of the real page: this shows an expired token.
  onQuery: () => void query(),
});
let config: LoadConfiguration | undefined;

listen({
  load: (loaded) => {
    config = loaded;
    void load(loaded);
  },
  setToken: (accessToken) => {
    if (config) config = { ...config, accessToken };
  },
  setPage: view.setPage,
  listPages: view.listPages,
  setFilterPane: view.setFilterPane,
});

async function load(loaded: LoadConfiguration): Promise<void> {
  const data = await read(loaded);
  if (data === undefined) return;
  raise('loaded', {});
  view.show(data, loaded);
  raise('rendered', {});
}

async function query(): Promise<void> {
  if (config && (await read(config))) raise('dataSelected', {});
}

/** Undefined if Power BI refused; the host and the reader already know. */
async function read({ id, accessToken }: LoadConfiguration): Promise<ReportData | undefined> {
  const headers = { Authorization: `EmbedToken ${accessToken}` };
  const response = await fetch(`/embed-page/data?id=${encodeURIComponent(id)}`, { headers });
  if (response.ok) return (await response.json()) as ReportData;
  const { error } = (await response.json()) as { error: { code: string } };
  view.showError(error.code);
  raiseError(error.code);
  return undefined;
}
