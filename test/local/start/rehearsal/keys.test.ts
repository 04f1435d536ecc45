import { readFileSync } from 'node:fs';
import { actions, faults, services } from '../../../../local/start/rehearsal/commands.ts';
import { askForFault, keyHelp, readKey } from '../../../../local/start/rehearsal/keys.ts';

test.each([
  ['r', undefined, { kind: 'command', command: { kind: 'action', action: 'rotate-secret' } }],
  ['k', undefined, { kind: 'service', service: 'key-vault' }],
  ['2', 'key-vault', { kind: 'command', command: { kind: 'fault', service: 'key-vault', fault: 'silent' } }],
  ['0', 'key-vault', { kind: 'command', command: { kind: 'fault', service: 'key-vault', fault: undefined } }],
  ['e', 'key-vault', { kind: 'service', service: 'entra' }],
  ['2', undefined, { kind: 'unknown', key: '2' }],
  ['0', undefined, { kind: 'unknown', key: '0' }],
  ['z', undefined, { kind: 'unknown', key: 'z' }],
  ['\r', undefined, { kind: 'nothing' }],
  ['?', undefined, { kind: 'help' }],
  ['\u0003', 'entra', { kind: 'stop' }],
] as const)('the key %j with the service %s means %j', (key, service, meaning) => {
  expect(readKey(key, service)).toEqual(meaning);
});

test('each key has one meaning, and the help names all keys', () => {
  const keys = [...actions, ...services].map(({ key }) => key);

  expect(new Set(keys).size).toBe(keys.length);
  for (const key of [...keys, ...faults.map((fault) => fault.key)])
    expect(keyHelp).toMatch(new RegExp(`^ +${key} `, 'm'));
  expect(askForFault('entra')).toBe('Entra: 1 slow, 2 silent, 3 throttling, 4 refusing, 5 cut off, 0 works again');
});

test('docs/rehearsal.md lists every action with its key and its effect, and every fault with its digit', () => {
  const document = readFileSync('docs/rehearsal.md', 'utf8');

  for (const { key, label, effect } of actions) expect(document).toContain(`| \`${key}\` | ${label}: ${effect} |`);
  expect(document).toContain(faults.map(({ key, label }) => `\`${key}\` ${label}`).join(', '));
});
