// A file of its own in the bundle, loaded when the first secret is read.
export { SecretClient } from '@azure/keyvault-secrets';
export { createHttpHeaders } from '@azure/core-rest-pipeline';
