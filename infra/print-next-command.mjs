// azd runs this after it has provisioned: what it made may hang on a secret that only a person may store.
const { NEXT_COMMAND, AZURE_FUNCTION_APP_URL } = process.env;

const storeSecret = `One command is left, for whoever may write secrets (SECRET_OFFICER_ID) and owns the app
registration. It makes a client secret and stores it with its expiry date; nobody sees the value:

  ${NEXT_COMMAND ?? 'azd env get-value NEXT_COMMAND'}`;

const nothingToStore = `No default registration was named (POWERBI_CLIENT_ID), so there is none to make a secret for:
see "No secret at all" and "Adding a profile" in docs/operations.md.`;

console.log(`
Everything is provisioned. ${NEXT_COMMAND === '' ? nothingToStore : storeSecret}

Then see what works and what does not:

  ${AZURE_FUNCTION_APP_URL ?? 'https://YOUR-APP'}/api/health/ready
`);
