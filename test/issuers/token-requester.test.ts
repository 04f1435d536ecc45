import { CLOUDS } from '../../src/config/clouds.ts';
import type { IssuerProfile } from '../../src/config/profiles/profile.ts';
import { createSecretAuthenticator } from '../../src/issuers/credentials/secret-authenticator.ts';
import { createTokenRequester } from '../../src/issuers/token-requester.ts';
import { createVaultObjectCache } from '../../src/secrets/vault-object-cache.ts';
import { createBudget } from '../../src/upstream/budget.ts';
import { createModelVault } from '../support/model-vault.ts';
import { recordLog } from '../support/record-log.ts';
import { createSimulatedClock } from '../support/simulated-clock.ts';
import { some } from '../support/some.ts';
import { the } from '../support/the.ts';

const credential = { kind: 'secret', secretName: the.secretName, method: 'client_secret_post' } as const;
const profile: IssuerProfile = {
  name: 'default',
  cloud: CLOUDS.public,
  grant: 'client_credentials',
  clientId: the.clientId,
  credential,
  target: { scope: the.scope },
  parameters: {},
  issuer: { kind: 'discovered', issuer: 'https://issuer.example', isEntra: false },
};

test('the credential is read while the issuer is being found', async () => {
  const clock = createSimulatedClock(the.startMs);
  const log = recordLog();
  const vault = createModelVault(some.secret());
  const shared = { clock, random: () => 0.5, log, onRefreshFailure: () => undefined };
  const authenticator = createSecretAuthenticator(credential, {
    ...shared,
    secrets: createVaultObjectCache(vault, shared),
  });
  const notFound = new Error('There is no such issuer.');
  const askedBefore: string[][] = [];
  const requester = createTokenRequester(profile, authenticator, {
    ...shared,
    fetch: () => Promise.reject(new Error('No token is requested of an issuer that was not found.')),
    async findIssuer() {
      await new Promise(setImmediate);
      askedBefore.push([...vault.asked]);
      throw notFound;
    },
  });

  await expect(requester.request({ grantType: 'client_credentials' }, createBudget(clock))).rejects.toBe(notFound);

  expect(askedBefore).toEqual([['read']]);
});
