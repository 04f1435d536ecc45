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
  /** The variables of the shell that the app does not get. */
  readonly droppedVariables: string | undefined;
  /** The app has reported errors in its settings or in profiles.json. They are printed after the result. */
  readonly hasSettingsErrors: boolean;
}

/** The result of `npm start`: five lines, advice if there is no token, then the host, every port and the replaced variables. */
export function describeResult(result: StartResult): string {
  const { appUrl, demo, hostReason, emulators, hasKeys, droppedVariables } = result;
  const token = result.hasSettingsErrors ? shorten(result.token) : result.token;
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
    ...(droppedVariables === undefined
      ? []
      : [styleText('dim', line('Shell', `the stand-ins replace your ${droppedVariables} (nothing to do)`))]),
  ].join('\n');
}

// The errors follow, so their text in the answer would be a repetition.
function shorten(token: FirstToken): FirstToken {
  if (token.status !== 500) return token;
  return { ...token, summary: 'none: 500 misconfigured, because of the errors below', advice: [] };
}

function line(name: string, text: string): string {
  return `  ${name.padEnd(10)}${text}`;
}
