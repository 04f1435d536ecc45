import { readFileSync } from 'node:fs';
import { describeEmulators, type DescribedEmulators } from '../../../local/start/describe-emulators.ts';

const example = readFileSync('local.settings.example.json', 'utf8');

function on(firstPort: number): DescribedEmulators {
  const identityEndpoint = { url: `http://127.0.0.1:${firstPort}/msi/token` };
  const [keyVault, entra, powerBi] = [1, 2, 3].map((index) => ({ url: `https://localhost:${firstPort + index}` }));
  if (keyVault === undefined || entra === undefined || powerBi === undefined)
    throw new Error('There are three addresses.');
  const settings = {
    AZURE_FUNCTIONS_ENVIRONMENT: 'Development',
    KEY_VAULT_URI: keyVault.url,
    AZURE_AUTHORITY_HOST: entra.url,
    POWERBI_API_URL: powerBi.url,
    IDENTITY_ENDPOINT: identityEndpoint.url,
  };
  return { identityEndpoint, keyVault, entra, powerBi, settings };
}

test('on the default ports the example settings need no change', () => {
  expect(describeEmulators(on(7080), '/ca.pem', example)).toBe(`Identity endpoint  http://127.0.0.1:7080/msi/token
Key Vault          https://localhost:7081
Entra              https://localhost:7082
Power BI           https://localhost:7083

To run the function app against them, with the settings of local.settings.example.json:

  cp local.settings.example.json local.settings.json
  npm run build
  NODE_EXTRA_CA_CERTS=/ca.pem func start

Ctrl-C stops them.`);
});

test('on other ports the lines to change are listed', () => {
  expect(describeEmulators(on(7480), '/ca.pem', example)).toContain(`
  cp local.settings.example.json local.settings.json

with these lines in it, because the ports are not the default ones:

    "KEY_VAULT_URI": "https://localhost:7481",
    "AZURE_AUTHORITY_HOST": "https://localhost:7482",
    "POWERBI_API_URL": "https://localhost:7483",
    "IDENTITY_ENDPOINT": "http://127.0.0.1:7480/msi/token",

and then:

  npm run build
`);
});
