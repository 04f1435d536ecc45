import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Emulators } from '../emulators/emulators.ts';
import type { HostLog } from '../host/host-log.ts';
import { startAppRunner } from './app-runner.ts';
import { createDemoApi } from './demo/demo-api.ts';
import { startDemoServer } from './demo/demo-server.ts';
import { startEmbedServer } from './demo/embed-server.ts';
import { demoAppSettings, prepareDemoApp } from './demo/prepare-demo-app.ts';
import { certificateAuthorityOf } from './describe-app.ts';
import { createAppEnvironment } from './environment.ts';
import { findPort } from './find-port.ts';
import type { Journal } from './journal.ts';
import type { Rehearsal } from './rehearsal/rehearsal.ts';
import { runScript } from './run-script.ts';

export interface DemoOptions {
  readonly root: string;
  readonly runtimeDirectory: string;
  /** The first of three ports. 0 means any free ports. */
  readonly firstPort: number;
  readonly emulators: Emulators;
  readonly mainAppUrl: string;
  readonly rehearsal: Rehearsal;
  readonly journal: Journal;
  readonly log: HostLog;
}

export interface Demo {
  readonly pageUrl: string;
  readonly appUrl: string;
  readonly embedUrl: string;
  close(): Promise<void>;
}

/** Builds the page with its own script. */
const pageScript = 'clients/browser/demo/build.mjs';

/** Whether this copy of the repository has a demo page. */
export function hasDemo(root: string): boolean {
  return existsSync(join(root, pageScript));
}

/** Starts the demo page, a second copy of the app that accepts tokens of people, and the reports of the page. */
export async function startDemo(options: DemoOptions): Promise<Demo> {
  const { root, runtimeDirectory, emulators, rehearsal, journal, log } = options;
  const [pagePort, appPort, embedPort] = await findDemoPorts(options.firstPort);
  const [pageUrl, appUrl] = [`http://localhost:${pagePort}`, `http://localhost:${appPort}`];
  const pageFolder = join(runtimeDirectory, 'demo-page');
  const appFolder = join(runtimeDirectory, 'demo-app');
  mkdirSync(pageFolder, { recursive: true });
  await runScript(root, [pageScript, pageFolder]);
  prepareDemoApp(root, { folder: appFolder, pageUrl });

  const running: { close(): Promise<void> }[] = [];
  const close = async (): Promise<void> => {
    await Promise.all(running.map((one) => one.close()));
  };
  try {
    const embed = await startEmbedServer({
      port: embedPort,
      powerBiUrl: emulators.powerBi.url,
      certificateAuthorityPem: emulators.certificateAuthorityPem,
    });
    running.push(embed);
    emulators.powerBi.embedOrigin = embed.url;
    const settings = { ...emulators.settings, ...demoAppSettings };
    const environment = createAppEnvironment(process.env, settings, certificateAuthorityOf(emulators));
    const describeApp = () => ({ directory: appFolder, port: appPort, coreTools: undefined, environment, log });
    running.push(await startAppRunner({ describeApp, onEnded: () => undefined }));
    const api = createDemoApi({
      apiUrl: `${appUrl}/api`,
      mainApiUrl: `${options.mainAppUrl}/api`,
      embedOrigin: embed.url,
      entra: emulators.entra,
      rehearsal,
      journal,
    });
    running.push(await startDemoServer({ port: pagePort, pageFolder, api, appOrigin: appUrl, embedOrigin: embed.url }));
    return { pageUrl, appUrl, embedUrl: embed.url, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function findDemoPorts(firstPort: number): Promise<[number, number, number]> {
  const find = (index: number): Promise<number> => findPort(firstPort === 0 ? 0 : firstPort + index, '--demo-port');
  return [await find(0), await find(1), await find(2)];
}
