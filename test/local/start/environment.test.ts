import { createAppEnvironment, createAppSettings, describeDroppedVariables } from '../../../local/start/environment.ts';

test('the app does not get the Azure settings of the shell, and gets its other variables', () => {
  const shell = {
    PATH: '/bin',
    AZURE_CLIENT_ID: 'real',
    POWERBI_CLOUD: 'china',
    CALLER_AUTH: 'none',
    NO_PROXY: 'intra',
  };

  const environment = createAppEnvironment(shell, { KEY_VAULT_URI: 'https://localhost:1' }, '/ca.pem');

  expect(environment).toEqual({
    PATH: '/bin',
    CALLER_AUTH: 'none',
    FUNCTIONS_WORKER_RUNTIME: 'node',
    KEY_VAULT_URI: 'https://localhost:1',
    NODE_EXTRA_CA_CERTS: '/ca.pem',
    NO_PROXY: 'localhost,127.0.0.1,::1,intra',
    no_proxy: 'localhost,127.0.0.1,::1,intra',
  });
});

const emulatorSettings = {
  POWERBI_TENANT_ID: 'tenant',
  POWERBI_CLIENT_ID: 'client',
  KEY_VAULT_URI: 'https://localhost:1',
  SIGN_IN_REDIRECT_URI: 'http://localhost:7071/api/auth/callback',
};
const others = {
  KEY_VAULT_URI: 'https://localhost:1',
  SIGN_IN_REDIRECT_URI: 'http://localhost:7072/api/auth/callback',
};

test('the app gets the settings for the stand-ins and its own callback address', () => {
  expect(createAppSettings(emulatorSettings, { port: 7072, hasDefaultProfile: false })).toEqual({
    POWERBI_TENANT_ID: 'tenant',
    POWERBI_CLIENT_ID: 'client',
    ...others,
  });
});

test('tenant and client are left out if profiles.json has a profile "default"', () => {
  expect(createAppSettings(emulatorSettings, { port: 7072, hasDefaultProfile: true })).toEqual(others);
});

test('every variable of the shell that is not passed on is named', () => {
  const shell = {
    PATH: '/bin',
    KEY_VAULT_URI: 'https://real.vault.azure.net',
    POWERBI_CLOUD: '',
    NODE_EXTRA_CA_CERTS: '/x',
  };

  expect(describeDroppedVariables(shell)).toBe('KEY_VAULT_URI, NODE_EXTRA_CA_CERTS');
  expect(describeDroppedVariables({ PATH: '/bin' })).toBeUndefined();
});
