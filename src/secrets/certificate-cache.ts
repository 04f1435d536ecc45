import type { Moment } from '../clock.ts';
import { HOUR_MS } from '../durations.ts';
import { createPeriodicCache } from '../periodic-cache.ts';
import type { Budget } from '../upstream/budget.ts';
import type { WarmCacheDependencies } from '../warm-cache.ts';
import type { CertificateStore, VaultCertificate } from './vault-certificates.ts';

/** Certificates: their public part, and how to sign with them. */
export interface CertificateCache {
  get(name: string, budget: Budget): Promise<VaultCertificate>;
  /** Reads again, after `since`: what was known then has been refused. */
  reread(name: string, since: Moment, budget: Budget): Promise<VaultCertificate>;
  /** What is held, without asking. */
  peek(name: string): VaultCertificate | undefined;
}

export function createCertificateCache(store: CertificateStore, dependencies: WarmCacheDependencies): CertificateCache {
  const certificates = createPeriodicCache<VaultCertificate>({ periodMs: HOUR_MS, ...dependencies });
  return {
    get: (name, budget) => certificates.get(name, () => store.read(name, budget)),
    reread: (name, since, budget) => certificates.reload(name, () => store.read(name, budget), since),
    peek: certificates.peek,
  };
}
