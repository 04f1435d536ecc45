// A file of its own in the bundle, loaded when the first certificate is read.
export { CertificateClient } from '@azure/keyvault-certificates';
export { CryptographyClient } from '@azure/keyvault-keys';
