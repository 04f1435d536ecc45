import { describeResult } from '../../../local/start/describe-result.ts';

const emulators = {
  identityEndpoint: { url: 'http://127.0.0.1:7080/msi/token' },
  keyVault: { url: 'https://localhost:7081' },
  entra: { url: 'https://localhost:7082' },
  powerBi: { url: 'https://localhost:7083' },
};
const appUrl = 'http://localhost:7071';
const token = { status: 200, summary: 'eyJ...', advice: [], command: 'curl http://localhost:7071/api/token' };
const demo = { pageUrl: 'http://localhost:7090', appUrl: 'http://localhost:7091', embedUrl: 'http://localhost:7092' };

const result = {
  token,
  appUrl,
  demo: undefined,
  hostReason: 'func',
  emulators,
  hasKeys: true,
  droppedVariables: undefined,
  hasSettingsErrors: false,
};

test('five lines have what the developer needs, and two more name the host and every port', () => {
  expect(describeResult({ ...result, demo, hostReason: 'the stand-in host' })).toBe(`
  Token     eyJ...
  Open      http://localhost:7090
  Call      curl http://localhost:7071/api/token
  Rehearse  press ? for the keys that make Azure fail
  Stop      Ctrl-C

  Host      the stand-in host
  Ports     7071 function app, 7080 identity endpoint, 7081 Key Vault, 7082 Entra, 7083 Power BI, 7090 demo page, 7091 its function app, 7092 its reports`);
});

test('if the function app requires an identity, the liveness page is the one to open', () => {
  const text = describeResult({ ...result, token: { ...token, status: 401 } });

  expect(text).toContain('  Open      http://localhost:7071/api/health\n');
});

test('without the demo the readiness page is the one to open, and advice follows the five lines', () => {
  const refused = { ...token, status: 403, summary: 'none: 403', advice: ['Let a grant name "anyone".'] };
  const text = describeResult({ ...result, token: refused, hasKeys: false });

  expect(text.split('\n').slice(1, 8)).toEqual([
    '  Token     none: 403',
    '  Open      http://localhost:7071/api/health/ready',
    '  Call      curl http://localhost:7071/api/token',
    '  Rehearse  run npm start in an interactive terminal, then press ? (docs/rehearsal.md)',
    '  Stop      Ctrl-C',
    '! Let a grant name "anyone".',
    '',
  ]);
});

test('the last line names the variables of the shell that the app does not get', () => {
  const text = describeResult({ ...result, droppedVariables: 'KEY_VAULT_URI, NODE_EXTRA_CA_CERTS' });

  expect(text.split('\n').at(-1)).toBe(
    '  Shell     the stand-ins replace your KEY_VAULT_URI, NODE_EXTRA_CA_CERTS (nothing to do)',
  );
});

test('errors in the settings are not printed twice', () => {
  const refused = {
    ...token,
    status: 500,
    summary: 'none: 500 misconfigured CALLER_AUTH ...',
    advice: ['Correct it.'],
  };
  const text = describeResult({ ...result, token: refused, hasSettingsErrors: true });

  expect(text).toContain('  Token     none: 500 misconfigured, because of the errors below\n');
  expect(text).not.toContain('Correct it.');
});
