import { join, resolve } from 'node:path';
import type { Emulators } from '../emulators/emulators.ts';
import { readHostSettings } from '../host/host-settings.ts';
import { readJsonFile, readTextFile } from '../host/read-json-file.ts';
import { chooseAppFolder, copyApp } from './app-folder.ts';
import { createAppEnvironment, createAppSettings } from './environment.ts';
import { readStartProfiles, type StartProfiles } from './profiles.ts';
import { describeMisspelledVariables, describeUnknownSettings } from './settings-notices.ts';

export interface AppPlace {
  readonly root: string;
  readonly runtimeDirectory: string;
}

/** Folder and environment of the function app, as its files are now. Copies the app if it runs from a copy. */
export function describeApp(
  place: AppPlace,
  { emulators, port }: { readonly emulators: Emulators; readonly port: number },
): { readonly directory: string; readonly environment: NodeJS.ProcessEnv } {
  const { directory } = chooseAppFolder(place.root, place.runtimeDirectory);
  if (directory !== place.root) copyApp(place.root, directory);
  const { hasDefault } = readStartProfiles(directory, profilesFileOf(directory));
  const settings = createAppSettings(emulators.settings, { port, hasDefaultProfile: hasDefault });
  return { directory, environment: createAppEnvironment(process.env, settings, certificateAuthorityOf(emulators)) };
}

/** The profiles of the function app that runs. */
export function readAppProfiles({ root, runtimeDirectory }: AppPlace): StartProfiles {
  const { directory } = chooseAppFolder(root, runtimeDirectory);
  return readStartProfiles(directory, profilesFileOf(directory));
}

/** What the developer should know about local.settings.json, in sentences. */
export function describeFileNotices({ root, runtimeDirectory }: AppPlace): readonly string[] {
  const { notice } = chooseAppFolder(root, runtimeDirectory);
  const unknown = describeUnknownSettings(readTextFile(join(root, 'local.settings.json')) ?? '', knownSettings(root));
  return notice === undefined ? unknown : [notice, ...unknown];
}

/** What the developer should know about the variables of the shell, in sentences. */
export function describeShellNotices({ root }: AppPlace): readonly string[] {
  return describeMisspelledVariables(process.env, knownSettings(root));
}

// The example has every setting of the app; a test checks that.
function knownSettings(root: string): readonly string[] {
  const example = readJsonFile(join(root, 'local.settings.example.json')) as { readonly Values: object };
  return Object.keys(example.Values);
}

/** The files that the function app reads at its start, each with a check that throws if it is not valid. */
export function filesToWatch(root: string): Readonly<Record<string, () => unknown>> {
  const profilesPath = resolve(root, profilesFileOf(root) ?? 'profiles.json');
  return {
    [join(root, 'local.settings.json')]: () => readHostSettings(root),
    [profilesPath]: () => readJsonFile(profilesPath),
  };
}

export function certificateAuthorityOf({ certificateAuthorityFile }: Emulators): string {
  if (certificateAuthorityFile === undefined) throw new Error('The stand-ins have no certificate file.');
  return certificateAuthorityFile;
}

// As the function app reads it: from the shell, else from the local.settings.json of its folder.
function profilesFileOf(directory: string): string | undefined {
  return [process.env['PROFILES_FILE'], readHostSettings(directory).values['PROFILES_FILE']].find(Boolean);
}
