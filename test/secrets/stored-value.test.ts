import { UpstreamError } from '../../src/errors.ts';
import { explainByFlaw, findFlaw } from '../../src/secrets/stored-value.ts';
import { some } from '../support/some.ts';
import { the } from '../support/the.ts';

const REJECTED = new UpstreamError(
  'secret_rejected',
  'The token issuer refused (AADSTS7000215): the client secret is not one of the app registration.',
  { service: 'issuer', status: 401, code: 'AADSTS7000215' },
  { hint: 'Create a client secret.' },
);

test.each([
  ['ends with a line break', 'Xy8Q~secret\n'],
  ['ends with a line break', 'Xy8Q~secret\r\n'],
  ['contains a line break', 'Xy8Q~\nsecret'],
  ['begins with a space', ' Xy8Q~secret'],
  ['ends with a space', 'Xy8Q~secret\t'],
  ['begins with a byte order mark', '\uFEFFXy8Q~secret'],
  ['contains an invisible character', 'Xy8Q~\u200bsecret'],
  ['contains an invisible character', 'Xy8Q~\u0000secret'],
  ['is in quotation marks', '"Xy8Q~secret"'],
  ['is in quotation marks', "'Xy8Q~secret'"],
  ['is a reference, @Microsoft.KeyVault(...), and not the secret itself', '@Microsoft.KeyVault(SecretUri=https://x/)'],
])('a value that %s is reported: %j', (flaw, value) => {
  expect(findFlaw(some.secret({ value }))).toBe(flaw);
  const explained = explainByFlaw(REJECTED, some.secret({ value }));
  expect(explained).toMatchObject({
    code: 'secret_rejected',
    message: `${REJECTED.message} The value of the secret "${the.secretName}" in Key Vault ${flaw}.`,
    hint: expect.stringMatching(/^Store the correct value again: az keyvault secret set/) as string,
    upstream: REJECTED.upstream,
  });
  expect(JSON.stringify([explained?.message, explained?.hint])).not.toContain('Xy8Q');
});

test.each([
  ['that Entra generated', 'Xy8Q~abcDEF.ghiJKL_mnoPQR-stuVWX0123456789'],
  ['a passphrase', 'correct horse battery staple'],
  ['with quotation marks inside', 'it"s'],
  ['a single quotation mark', '"'],
  ['in another script', 'пароль äöü'],
])('a value %s is not reported', (_, value) => {
  expect(findFlaw(some.secret({ value }))).toBeUndefined();
  expect(explainByFlaw(REJECTED, some.secret({ value }))).toBeUndefined();
});

test("a value in the form of an id is reported only when the issuer refuses it: some issuers' secrets have that form", () => {
  const secret = some.secret({ value: the.clientId });
  expect(findFlaw(secret)).toBeUndefined();
  expect(explainByFlaw(REJECTED, secret)?.message).toBe(
    `${REJECTED.message} The value of the secret "${the.secretName}" in Key Vault has the form of an id: it is probably the secret's id and not its value.`,
  );
});

test('an expired secret is reported as expired, whatever its value', () => {
  const expired = new UpstreamError('secret_expired', 'Expired.', { service: 'issuer' });
  expect(explainByFlaw(expired, some.secret({ value: 'secret\n' }))).toBeUndefined();
});
