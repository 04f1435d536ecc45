import { styleText } from 'node:util';
import type { Emulators } from '../emulators/emulators.ts';
import type { FirstToken } from './first-token.ts';
import type { Demo } from './start-demo.ts';

export interface StartResult {
  readonly token: FirstToken;
  readonly appUrl: string;
  readonly demo: Pick<Demo, 'pageUrl' | 'appUrl' | 'embedUrl'> | undefined;
  /** Which host runs the function app, and why. */
  readonly hostReason: string;
  readonly emulators: {
    readonly [Name in 'identityEndpoint' | 'keyVault' | 'entra' | 'powerBi']: Pick<Emulators[Name], 'url'>;
  };
  readonly hasKeys: boolean;
}

/** The result of `npm start`: five lines, advice if there is no token, then the host and every port. */
export function describeResult({ token, appUrl, demo, hostReason, emulators, hasKeys }: StartResult): string {
  const ports = [
    [appUrl, 'function app'],
    [emulators.identityEndpoint.url, 'identity endpoint'],
    [emulators.keyVault.url, 'Key Vault'],
    [emulators.entra.url, 'Entra'],
    [emulators.powerBi.url, 'Power BI'],
    ...(demo === undefined
      ? []
      : ([
          [demo.pageUrl, 'demo page'],
          [demo.appUrl, 'its function app'],
          [demo.embedUrl, 'its reports'],
        ] as const)),
  ].map(([url = '', what = '']) => `${new URL(url).port} ${what}`);
  return [
    '',
    line('Token', token.summary),
    line('Open', demo?.pageUrl ?? `${appUrl}/api/${token.status === 401 ? 'health' : 'health/ready'}`),
    line('Call', token.command),
    line(
      'Rehearse',
      hasKeys
        ? 'press ? for the keys that make Azure fail'
        : 'run npm start in an interactive terminal, then press ? (docs/rehearsal.md)',
    ),
    line('Stop', 'Ctrl-C'),
    ...token.advice.map((text) => `${styleText('yellow', '!')} ${text}`),
    '',
    styleText('dim', line('Host', hostReason)),
    styleText('dim', line('Ports', ports.join(', '))),
  ].join('\n');
}

function line(name: string, text: string): string {
  return `  ${name.padEnd(10)}${text}`;
}
