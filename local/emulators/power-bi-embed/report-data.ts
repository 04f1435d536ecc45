/** One bar of the chart: a month, and the values of its parts. */
export interface MonthOfReport {
  readonly month: string;
  readonly values: readonly number[];
}

/** The data of the embed page. */
export interface ReportData {
  readonly title: string;
  /** The reader's row-level security identity; undefined without row-level security. */
  readonly reader?: { readonly username: string; readonly roles: readonly string[] };
  readonly measure: string;
  readonly series: readonly string[];
  readonly months: readonly MonthOfReport[];
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/**
 * Sample data that is the same on every machine. With row-level security the rows belong to the reader: the
 * user name decides the numbers, as if the table had a row for every person.
 */
export function createReportData(title: string, reader?: ReportData['reader']): ReportData {
  const next = createNumbers(`${title} ${reader?.username ?? ''}`);
  const isPersonal = reader !== undefined;
  const series = isPersonal ? ['Base pay', 'Overtime', 'Bonus'] : ['North', 'East', 'South', 'West'];
  const base = isPersonal ? 3200 + Math.round(next() * 36) * 50 : 0;
  const months = MONTHS.map((month, index) => ({
    month,
    values: isPersonal
      ? [base, Math.round(next() * 14) * 40, index % 3 === 2 ? Math.round(6 + next() * 18) * 50 : 0]
      : series.map((_, region) => Math.round(9000 + 5200 * Math.sin(index / 2.2 + region) + next() * 6000)),
  }));
  const measure = isPersonal ? 'Pay' : 'Revenue';
  return { title, ...(reader === undefined ? {} : { reader }), measure, series, months };
}

/** Pseudo-random numbers from 0 to 1, with the text as the seed (FNV-1a, then mulberry32). */
function createNumbers(text: string): () => number {
  let state = 0x811c9dc5;
  for (const character of text) state = Math.imul(state ^ (character.codePointAt(0) ?? 0), 0x01000193);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
