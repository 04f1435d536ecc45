// azd runs this after it has provisioned. If the deployment needs a secret, a person must store it.
const { NEXT_COMMAND, AZURE_FUNCTION_APP_URL = 'https://YOUR-APP' } = process.env;

const storeSecret = `One step is left. Run this command as a person who may write secrets (VAULT_OFFICER_ID; by default the person
who ran azd) and who owns the app registration. It creates a client secret and stores it with its expiry date, without showing the value:

  ${NEXT_COMMAND ?? 'azd env get-value NEXT_COMMAND'}`;

const nothingToStore = `POWERBI_CLIENT_ID is not set, so no client secret is needed. See "No secret" and "Adding a profile" in
docs/operations.md.`;

console.log(`
Everything is provisioned. ${NEXT_COMMAND === '' ? nothingToStore : storeSecret}

Then do the step "See that it works" in docs/operations.md. When the code is deployed, this URL shows in any browser that the app
is alive:

  ${AZURE_FUNCTION_APP_URL}/api/health
`);
