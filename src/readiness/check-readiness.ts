import { elapsedMs, type Clock, type Moment } from '../clock.ts';
import type { FaultyConfig } from '../config/config.ts';
import { createBudget } from '../upstream/budget.ts';
import { checkIdentity, type IdentityCheckDependencies } from './check-identity.ts';
import { checkKeyVault, type KeyVaultCheckDependencies } from './check-key-vault.ts';
import { checkProfiles, type ProfileCheckDependencies } from './check-profile.ts';
import { checkSettings } from './check-settings.ts';
import { worst, type Check, type CheckStatus, type Finding } from './check.ts';

export interface Readiness {
  readonly status: CheckStatus;
  readonly checks: Readonly<Record<CheckName, readonly Check[]>>;
}

export const CHECK_NAMES = ['settings', 'identity', 'key-vault', 'issuer', 'power-bi'] as const;

export type CheckName = (typeof CHECK_NAMES)[number];
type UpstreamFindings = Readonly<Record<Exclude<CheckName, 'settings'>, readonly Finding[]>>;

export type ReadinessDependencies = IdentityCheckDependencies & KeyVaultCheckDependencies & ProfileCheckDependencies;

const KEPT_FOR_MS = 30_000;

/** Checks everything, at most once in 30 seconds. */
export function createReadinessCheck(dependencies: ReadinessDependencies): () => Promise<Readiness> {
  const { clock } = dependencies;
  let last: { readonly at: Moment; readonly result: Promise<Readiness> } | undefined;
  return () => {
    const now = clock.now();
    if (last === undefined || elapsedMs(last.at, now) >= KEPT_FOR_MS) {
      last = { at: now, result: checkReadiness(dependencies) };
    }
    return last.result;
  };
}

/** The report of an app with faulty settings. It asks no upstream. */
export function reportFaults(config: FaultyConfig, clock: Clock): Readiness {
  return summarize(checkSettings(config), NOT_CHECKED, clock);
}

async function checkReadiness(dependencies: ReadinessDependencies): Promise<Readiness> {
  const settings = checkSettings(dependencies.config);
  const upstreams = worst(settings) === 'fail' ? NOT_CHECKED : await checkUpstreams(dependencies);
  return summarize(settings, upstreams, dependencies.clock);
}

/** Runs all checks at the same time: they share cached values, and together take no longer than one request may. */
async function checkUpstreams(dependencies: ReadinessDependencies): Promise<UpstreamFindings> {
  const budget = createBudget(dependencies.clock);
  const [identity, keyVault, profiles] = await Promise.all([
    checkIdentity(dependencies, budget),
    checkKeyVault(dependencies),
    checkProfiles(dependencies, budget),
  ]);
  return { identity: [identity], 'key-vault': keyVault, issuer: profiles.issuer, 'power-bi': profiles.powerBi };
}

function summarize(settings: readonly Finding[], upstreams: UpstreamFindings, clock: Clock): Readiness {
  const time = new Date(clock.now().wallMs).toISOString();
  const stamp = (findings: readonly Finding[]): Check[] => findings.map((finding) => ({ ...finding, time }));
  const checks = {
    settings: stamp(settings),
    identity: stamp(upstreams.identity),
    'key-vault': stamp(upstreams['key-vault']),
    issuer: stamp(upstreams.issuer),
    'power-bi': stamp(upstreams['power-bi']),
  };
  return { status: worst(Object.values(checks).flat()), checks };
}

const SKIPPED: readonly Finding[] = [{ status: 'warn', output: 'Not checked: correct the settings first.' }];
const NOT_CHECKED: UpstreamFindings = { identity: SKIPPED, 'key-vault': SKIPPED, issuer: SKIPPED, 'power-bi': SKIPPED };
