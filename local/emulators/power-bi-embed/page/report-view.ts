import type { ReportData } from '../report-data.ts';
import type { FilterPane, LoadConfiguration, PageOfReport } from './connect-to-host.ts';
import { drawChart, sum } from './draw-chart.ts';
import { html } from './element.ts';
import { formatAmount } from './format-amount.ts';

export interface ReportView {
  readonly show: (data: ReportData, config: LoadConfiguration) => void;
  readonly showError: (code: string) => void;
  readonly setPage: (name: string) => boolean;
  readonly listPages: () => readonly PageOfReport[];
  readonly setFilterPane: (pane: FilterPane) => void;
}

export interface ReportViewOptions {
  /** A paginated report has none. */
  readonly hasFilterPane: boolean;
  readonly onPageChanged: (page: PageOfReport) => void;
  readonly onQuery: () => void;
}

const PAGES = [
  { name: 'ReportSectionOverview', displayName: 'Overview' },
  { name: 'ReportSectionDetails', displayName: 'Details' },
] as const;

/** Draws the report into `main`, with its pages, its filter pane, and what Power BI shows when it refuses. */
export function createReportView(main: HTMLElement, options: ReportViewOptions): ReportView {
  let data: ReportData | undefined;
  let current: string = PAGES[0].name;
  let isEditing = false;
  let filterPane: FilterPane = { visible: true, expanded: false };

  const draw = (): void => {
    if (data === undefined) return;
    const isOverview = current === PAGES[0].name;
    const body = isOverview ? drawOverview(data, options.onQuery) : [drawTable(data)];
    main.replaceChildren(
      html(
        'header',
        {},
        html('h1', {}, data.title),
        ...(isEditing ? [html('span', { class: 'mode' }, 'Editing')] : []),
      ),
      html('section', { class: 'canvas' }, ...body),
      ...(options.hasFilterPane ? drawFilterPane(data, filterPane) : []),
      drawPageTabs(current, setPage),
    );
    main.setAttribute('aria-busy', 'false');
  };
  const listPages = (): readonly PageOfReport[] => PAGES.map((page) => ({ ...page, isActive: page.name === current }));
  const setPage = (name: string): boolean => {
    const page = listPages().find((one) => one.name === name);
    if (page === undefined) return false;
    current = name;
    draw();
    options.onPageChanged({ ...page, isActive: true });
    return true;
  };
  return {
    show: (shown, { pageName, viewMode, settings }) => {
      data = shown;
      isEditing = viewMode === 1;
      filterPane = { ...filterPane, ...settings?.panes?.filters };
      if (PAGES.some(({ name }) => name === pageName)) current = pageName ?? current;
      draw();
    },
    showError: (code) => {
      const text =
        code === 'TokenExpired' ? 'The session has expired. Load the report again.' : 'This item cannot be shown.';
      main.querySelector('[role=alert]')?.remove();
      main.append(html('div', { role: 'alert' }, html('strong', {}, text), ` ${code}`));
    },
    setPage,
    listPages,
    setFilterPane: (pane) => {
      filterPane = { ...filterPane, ...pane };
      draw();
    },
  };
}

function drawOverview(data: ReportData, onQuery: () => void): HTMLElement[] {
  const totals = data.months.map(({ values }) => sum(values));
  const best = data.months[totals.indexOf(Math.max(...totals))];
  const legend = data.series.map((name, part) => html('li', {}, html('i', { class: `part-${part}` }), name));
  const chart = html('figure', { class: 'card chart' });
  const ask = html('button', { type: 'button', title: 'Reads the data again' }, 'Refresh visual');
  ask.addEventListener('click', onQuery);
  const caption = html('figcaption', {}, html('span', {}, `${data.measure} by month`), html('ul', {}, ...legend), ask);
  chart.append(caption, drawInPlace(data));
  const cards = html(
    'dl',
    { class: 'cards' },
    drawCard(`${data.measure}, year`, formatAmount(sum(totals))),
    drawCard('Monthly average', formatAmount(sum(totals) / totals.length)),
    drawCard('Best month', best?.month ?? ''),
  );
  return [drawReader(data), cards, chart];
}

/** The chart in the size of its place, also when that changes. */
function drawInPlace(data: ReportData): HTMLElement {
  const place = html('div', { class: 'place' });
  new ResizeObserver(([entry]) => {
    if (entry) place.replaceChildren(drawChart(data, entry.contentRect));
  }).observe(place);
  return place;
}

/** The reader's row-level security identity, or that the report has none. */
function drawReader({ reader }: ReportData): HTMLElement {
  if (reader === undefined) return html('p', { class: 'reader' }, 'The same rows for everyone: no row-level security');
  const roles = reader.roles.length === 0 ? '' : `, role ${reader.roles.join(', ')}`;
  return html('p', { class: 'reader' }, 'Rows where USERNAME() = ', html('code', {}, reader.username), roles);
}

function drawCard(name: string, value: string): HTMLElement {
  return html('div', { class: 'card' }, html('dt', {}, name), html('dd', {}, value));
}

function drawTable({ months, series, title }: ReportData): HTMLElement {
  const cell = (value: number): HTMLElement => html('td', {}, formatAmount(value));
  const head = ['Month', ...series, 'Total'].map((name) => html('th', { scope: 'col' }, name));
  const rows = months.map(({ month, values }) =>
    html('tr', {}, html('th', { scope: 'row' }, month), ...values.map(cell), cell(sum(values))),
  );
  const table = html('table', {}, html('caption', {}, `${title} by month`), html('tr', {}, ...head), ...rows);
  return html('div', { class: 'card scroll', tabindex: '0', role: 'region', 'aria-label': 'Details' }, table);
}

function drawFilterPane({ series }: ReportData, { visible, expanded }: FilterPane): HTMLElement[] {
  if (visible === false) return [];
  const list = expanded === true ? [html('ul', {}, ...series.map((name) => html('li', {}, name)))] : [];
  return [html('aside', { 'aria-label': 'Filters', class: expanded === true ? 'open' : '' }, 'Filters', ...list)];
}

function drawPageTabs(current: string, setPage: (name: string) => void): HTMLElement {
  const tabs = PAGES.map(({ name, displayName }) => {
    const tab = html('button', { type: 'button', 'aria-current': name === current ? 'page' : 'false' }, displayName);
    tab.addEventListener('click', () => {
      setPage(name);
    });
    return tab;
  });
  return html('nav', { 'aria-label': 'Pages' }, ...tabs);
}
