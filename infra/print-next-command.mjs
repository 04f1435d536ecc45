// azd runs this after it has provisioned: what it made hangs on a secret that only a person may store.
const { NEXT_COMMAND, AZURE_FUNCTION_APP_URL } = process.env;

console.log(`
Everything is provisioned. One command is left, for whoever may write secrets (SECRET_OFFICER_ID) and owns the app
registration. It makes a client secret and stores it with its expiry date; nobody sees the value:

  ${NEXT_COMMAND ?? 'azd env get-value NEXT_COMMAND'}

Then see what works and what does not:

  ${AZURE_FUNCTION_APP_URL ?? 'https://YOUR-APP'}/api/health/ready
`);
