// A file of its own in the bundle, loaded only if a certificate's key must be read here.
export { default as forge } from 'node-forge';
