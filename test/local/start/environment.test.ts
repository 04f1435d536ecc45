import { createAppEnvironment } from '../../../local/start-environment.ts';

test("a shell's real Azure does not reach the app, its other settings do", () => {
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
