import type { HostLogEntry } from '../../../local/host/host-log.ts';
import { readSettingsError } from '../../../local/start/settings-error.ts';

const line = (message: string): HostLogEntry => ({ kind: 'message', level: 'information', category: 'user', message });

test.each([
  ['in the settings', { event: 'settings.invalid', detail: 'It is wrong.' }, { profile: undefined }],
  ['in a profile', { detail: 'It is wrong.', profile: 'sales', event: 'settings.invalid' }, { profile: 'sales' }],
  ['of another kind', { event: 'proxy.ignored' }, undefined],
])('an error %s is found in the lines of both hosts', (_where, event, found) => {
  const text = JSON.stringify(event);
  expect([line(text), line(`[2026-11-26T14:20:05.000Z] ${text}`)].map(readSettingsError)).toEqual([found, found]);
});

test('a line without an event has none', () => {
  expect(readSettingsError(line('Listening'))).toBeUndefined();
});
