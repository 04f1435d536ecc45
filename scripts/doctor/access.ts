import type { SoundConfig } from '../../src/config/config.ts';
import type { CheckName } from '../../src/readiness/check-readiness.ts';
import { isLoopback } from './check-network.ts';

/** The tested account: the developer at this machine, or the app. A stand-in says nothing about either in Azure. */
export type Access = 'yours' | "the app's" | 'to a stand-in';

/** Whose access each check of readiness tests. Undefined if it asks no upstream. */
export function accessOf({
  cloud,
  keyVault,
  identity,
}: Pick<SoundConfig, 'cloud' | 'keyVault' | 'identity'>): Readonly<Record<CheckName, Access | undefined>> {
  const vault = keyVault && accessTo(keyVault.vaultUrl, identity.kind === 'developer' ? 'yours' : "the app's");
  return {
    settings: undefined,
    identity: vault,
    'key-vault': vault,
    issuer: accessTo(cloud.authority, "the app's"),
    'power-bi': accessTo(cloud.powerBiApiUrl, "the app's"),
  };
}

function accessTo(url: string, account: Access): Access {
  return isLoopback(new URL(url).hostname) ? 'to a stand-in' : account;
}
