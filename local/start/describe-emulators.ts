import type { Emulators } from '../emulators/emulators.ts';

export interface DescribedEmulators extends Pick<Emulators, 'settings'> {
  readonly identityEndpoint: { readonly url: string };
  readonly keyVault: { readonly url: string };
  readonly entra: { readonly url: string };
  readonly powerBi: { readonly url: string };
}

/** The URLs of the stand-ins, and how to run the function app under `func` against them, in lines to print. */
export function describeEmulators(
  { identityEndpoint, keyVault, entra, powerBi, settings }: DescribedEmulators,
  certificateAuthorityFile: string,
  exampleSettings: string,
): string {
  const changes = listChanges(settings, exampleSettings);
  return [
    `Identity endpoint  ${identityEndpoint.url}`,
    `Key Vault          ${keyVault.url}`,
    `Entra              ${entra.url}`,
    `Power BI           ${powerBi.url}`,
    '',
    'To run the function app against them, with the settings of local.settings.example.json:',
    '',
    '  cp local.settings.example.json local.settings.json',
    ...(changes.length === 0 ? [] : ['', 'with these lines in it, because the ports are not the default ones:', '']),
    ...changes,
    ...(changes.length === 0 ? [] : ['', 'and then:', '']),
    '  npm run build',
    `  NODE_EXTRA_CA_CERTS=${certificateAuthorityFile} func start`,
    '',
    'Ctrl-C stops them.',
  ].join('\n');
}

function listChanges(settings: Readonly<Record<string, string>>, exampleSettings: string): readonly string[] {
  const { Values } = JSON.parse(exampleSettings) as { Values: Readonly<Record<string, string>> };
  return Object.entries(settings)
    .filter(([name, value]) => Values[name] !== undefined && Values[name] !== value)
    .map(([name, value]) => `    "${name}": "${value}",`);
}
