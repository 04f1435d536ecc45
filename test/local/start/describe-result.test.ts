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

test('five lines have what the developer needs, and two more name the host and every port', () => {
  expect(describeResult({ token, appUrl, demo, hostReason: 'the stand-in host', emulators, hasKeys: true })).toBe(`
  Token     eyJ...
  Open      http://localhost:7090
  Call      curl http://localhost:7071/api/token
  Rehearse  press ? for the keys that make Azure fail
  Stop      Ctrl-C

  Host      the stand-in host
  Ports     7071 function app, 7080 identity endpoint, 7081 Key Vault, 7082 Entra, 7083 Power BI, 7090 demo page, 7091 its function app, 7092 its reports`);
});

test('if the function app requires an identity, the liveness page is the one to open', () => {
  const text = describeResult({
    token: { ...token, status: 401 },
    appUrl,
    demo: undefined,
    hostReason: 'func',
    emulators,
    hasKeys: true,
  });

  expect(text).toContain('  Open      http://localhost:7071/api/health\n');
});

test('without the demo the readiness page is the one to open, and advice follows the five lines', () => {
  const refused = { ...token, status: 403, summary: 'none: 403', advice: ['Let a grant name "anyone".'] };
  const text = describeResult({
    token: refused,
    appUrl,
    demo: undefined,
    hostReason: 'func',
    emulators,
    hasKeys: false,
  });

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
