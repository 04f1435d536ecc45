// A file of its own in the bundle, loaded only on a developer's machine.
export { AzureCliCredential, AzureDeveloperCliCredential, ChainedTokenCredential } from '@azure/identity';
