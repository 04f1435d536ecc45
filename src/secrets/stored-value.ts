import { UpstreamError } from '../errors.ts';
import type { Secret } from './secret-store.ts';

/** Values that are probably stored by mistake, each as the end of the sentence "its value …". The first match is reported. */
const FLAWS: readonly (readonly [form: RegExp, flaw: string])[] = [
  [/^@Microsoft\.KeyVault\(/i, 'is a reference, @Microsoft.KeyVault(...), and not the secret itself'],
  [/^\uFEFF/, 'begins with a byte order mark'],
  [/[\r\n]$/, 'ends with a line break'],
  [/[\r\n]/, 'contains a line break'],
  [/^\s/, 'begins with a space'],
  [/\s$/, 'ends with a space'],
  [/[\p{Cc}\p{Cf}]/u, 'contains an invisible character'],
  [/^(["'`]).+\1$/, 'is in quotation marks'],
];

/** Entra shows the id of a client secret beside its value. Some other issuers use secrets of this form. */
const ID_FORM = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;
const ID_FLAW = "has the form of an id: it is probably the secret's id and not its value";

/** What is obviously wrong with a stored value, as the end of the sentence "its value …"; never the value itself. */
export function findFlaw({ value }: Secret): string | undefined {
  return FLAWS.find(([form]) => form.test(value))?.[1];
}

/** How to store the value of a secret again. */
export function storeAgainHint(name: string): string {
  return (
    `Store the correct value again: az keyvault secret set --vault-name ... --name ${name} --value '...'. ` +
    'Nothing needs to be changed at the issuer or restarted.'
  );
}

/**
 * An issuer's refusal of a client secret, with what is obviously wrong with the stored value: then only the correct value must
 * be stored, not a new secret. Undefined if nothing is wrong.
 */
export function explainByFlaw(refusal: UpstreamError, secret: Secret): UpstreamError | undefined {
  const flaw = findFlaw(secret) ?? (ID_FORM.test(secret.value) ? ID_FLAW : undefined);
  if (flaw === undefined || refusal.code !== 'secret_rejected') return undefined;
  return new UpstreamError(
    'secret_rejected',
    `${refusal.message} The value of the secret "${secret.name}" in Key Vault ${flaw}.`,
    refusal.upstream,
    { hint: storeAgainHint(secret.name), cause: refusal },
  );
}
