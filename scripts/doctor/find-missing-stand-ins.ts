import { connect } from 'node:net';
import type { SoundConfig } from '../../src/config/config.ts';
import { CONNECT_TIMEOUT_MS, isLoopback } from './check-network.ts';
import type { Finding } from './finding.ts';

/**
 * Reports all stand-ins that do not run in one finding, because each check would fail for that cause. Undefined if every
 * stand-in that the settings name runs.
 */
export async function findMissingStandIns({ cloud, keyVault, identity }: SoundConfig): Promise<Finding | undefined> {
  const endpoint = identity.kind === 'managed' ? identity.endpoint : undefined;
  const addresses = [endpoint, keyVault?.vaultUrl, cloud.authority, cloud.powerBiApiUrl]
    .filter((address) => address !== undefined)
    .map((address) => new URL(address))
    .filter(({ hostname }) => isLoopback(hostname));
  const answers = await Promise.all(addresses.map(async (address) => ({ address, listens: await listensAt(address) })));
  const missing = new Set(answers.filter(({ listens }) => !listens).map(({ address }) => address.host));
  if (missing.size === 0) return undefined;
  return {
    hop: 'network',
    status: 'fail',
    output: `The settings name stand-ins for Azure, but nothing listens at ${[...missing].join(', ')}.`,
    hint: 'Run "npm start" in another terminal, and then the doctor again. To check Azure itself, write its addresses into local.settings.json.',
  };
}

function listensAt({ hostname, port, protocol }: URL): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(Number(port || (protocol === 'https:' ? 443 : 80)), hostname.replace(/^\[|\]$/g, ''));
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.setTimeout(CONNECT_TIMEOUT_MS, () => socket.destroy());
    socket.once('error', () => undefined);
    socket.once('close', () => {
      resolve(false);
    });
  });
}
