import type { HostLogEntry } from '../host/host-log.ts';
import { readEvent } from './readable-log.ts';

/** An error in the settings, which stops every profile, or in one profile of profiles.json. */
export interface SettingsError {
  readonly profile: string | undefined;
}

/** The error in the settings or in profiles.json that the app reports when it starts. Also reads the lines of func. */
export function readSettingsError(entry: HostLogEntry): SettingsError | undefined {
  if (entry.kind !== 'message') return undefined;
  const event = readEvent(entry.message.slice(entry.message.indexOf('{')));
  return event?.event === 'settings.invalid' ? { profile: event.profile } : undefined;
}
