// The demo page: one report with powerbi-embed, two people, and controls that simulate failures.
import '../src/index.ts';
import { logActivity } from './activity-log.ts';
import { readConfig } from './demo-api.ts';
import { startRehearsalPanel } from './rehearsal-panel.ts';
import { startReportPanel } from './report-panel.ts';

async function start(): Promise<void> {
  const config = await readConfig();
  startRehearsalPanel(config);
  await startReportPanel(config);
}

start().catch((error: unknown) => {
  logActivity({ time: new Date(), source: 'page', level: 'error', text: String(error) });
});
