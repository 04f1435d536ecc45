// azd runs this after it has provisioned. A secret, which the deployment may need, can only be stored by a person.
const { NEXT_COMMAND, AZURE_FUNCTION_APP_URL = 'https://YOUR-APP' } = process.env;

const storeSecret = `One command is left. Run it as a person who may write secrets (VAULT_OFFICER_ID; by default the one who ran
azd) and who owns the app registration. It creates a client secret and stores it with its expiry date, without showing the value:

  ${NEXT_COMMAND ?? 'azd env get-value NEXT_COMMAND'}`;

const nothingToStore = `POWERBI_CLIENT_ID is not set, so there is no registration to make a secret for: see "No secret at all"
and "Adding a profile" in docs/operations.md.`;

console.log(`
Everything is provisioned. ${NEXT_COMMAND === '' ? nothingToStore : storeSecret}

Then "See that it works" in docs/operations.md asks for the first token. When the code is deployed, this address answers in any
browser, and says that the app is alive:

  ${AZURE_FUNCTION_APP_URL}/api/health
`);
