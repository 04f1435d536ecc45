import { elapsedMs, type Clock, type Moment } from '../clock.ts';
import type { FaultyConfig, SoundConfig } from '../config/config.ts';
import { certificateNamesOf, needsKeyVault, secretNamesOf } from '../config/profiles/profile.ts';
import type { Fault } from '../config/faults.ts';
import { isTransient } from '../errors.ts';
import type { AppIdentity } from '../identity/app-identity.ts';
import type { PowerBiApi } from '../power-bi/power-bi-api.ts';
import type { Profiles } from '../profiles/profiles.ts';
import type { Secret } from '../secrets/secret.ts';
import type { VaultCertificate } from '../secrets/certificate-store.ts';
import type { VaultObjectCache } from '../secrets/vault-object-cache.ts';
import type { CookieKeys } from '../sign-in/cookie-keys.ts';
import type { TokenCache } from '../tokens/token-cache.ts';
import { createBudget, type Budget } from '../upstream/budget.ts';
import { describeFailure, worst, type Check, type CheckStatus, type Finding } from './check.ts';
import { checkCookieKey, checkVaultObject } from './check-key-vault.ts';
import { checkProfile } from './check-profile.ts';

export interface Readiness {
  readonly status: CheckStatus;
  readonly checks: Readonly<Record<CheckName, readonly Check[]>>;
}

type CheckName = 'settings' | 'identity' | 'key-vault' | 'issuer' | 'power-bi';

export interface ReadinessDependencies {
  readonly config: SoundConfig;
  readonly clock: Clock;
  readonly identity: AppIdentity;
  readonly secrets: VaultObjectCache<Secret>;
  readonly certificates: VaultObjectCache<VaultCertificate>;
  readonly cookieKeys: CookieKeys;
  readonly tokens: TokenCache;
  readonly powerBi: PowerBiApi;
  readonly profiles: Profiles;
}

const KEPT_FOR_MS = 30_000;

/** Checks everything, and upstream at most once in 30 seconds, however often it is asked. */
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

async function checkReadiness(dependencies: ReadinessDependencies): Promise<Readiness> {
  const { clock, config } = dependencies;
  const settings = checkProfileFaults(config, config.profiles.size > 0 ? 'warn' : 'fail');
  const findings = worst(settings) === 'fail' ? notChecked() : await checkUpstreams(dependencies);
  return summarize(settings.length > 0 ? settings : [{ status: 'pass' }], findings, clock);
}

/** The report of an app with faulty settings. It asks no upstream. */
export function reportFaults(config: FaultyConfig, clock: Clock): Readiness {
  const ofSettings = config.faults.map((fault) => describeFault(fault, 'fail'));
  return summarize([...ofSettings, ...checkProfileFaults(config, 'fail')], notChecked(), clock);
}

function summarize(settings: readonly Finding[], findings: UpstreamFindings, clock: Clock): Readiness {
  const time = new Date(clock.now().wallMs).toISOString();
  const stamp = (list: readonly Finding[]): Check[] => list.map((finding) => ({ ...finding, time }));
  const checks = {
    settings: stamp(settings),
    identity: stamp(findings.identity),
    'key-vault': stamp(findings.keyVault),
    issuer: stamp(findings.issuer),
    'power-bi': stamp(findings.powerBi),
  };
  return { status: worst(Object.values(checks).flat()), checks };
}

/** A faulty profile does not stop the others: it is a warning while there are others. */
function checkProfileFaults({ profileFaults }: SoundConfig | FaultyConfig, status: CheckStatus): Finding[] {
  return [...profileFaults].flatMap(([profile, faults]) =>
    faults.map((fault) => ({ ...describeFault(fault, status), profile })),
  );
}

function describeFault({ name, problem }: Fault, status: CheckStatus): Finding {
  return {
    status,
    output: `${name} ${problem}.`,
    hint: `Set it right (Portal: Settings > Environment variables; in local development: local.settings.json; profiles: profiles.json), and restart.`,
  };
}

interface UpstreamFindings {
  readonly identity: readonly Finding[];
  readonly keyVault: readonly Finding[];
  readonly issuer: readonly Finding[];
  readonly powerBi: readonly Finding[];
}

function notChecked(): UpstreamFindings {
  const finding: Finding = { status: 'warn', output: 'Not checked: mend the settings first.' };
  return { identity: [finding], keyVault: [finding], issuer: [finding], powerBi: [finding] };
}

async function checkUpstreams(dependencies: ReadinessDependencies): Promise<UpstreamFindings> {
  const { clock, profiles } = dependencies;
  const budget = createBudget(clock);
  // All at once: what one needs of the other is fetched once for both, and together they take no longer than a request may.
  const [identityFinding, keyVault, perProfile] = await Promise.all([
    checkIdentity(dependencies, budget),
    checkKeyVault(dependencies),
    Promise.all(
      profiles.all.map(async (profile) => ({
        name: profile.name,
        ...(await checkProfile(profile, { ...dependencies, budget })),
      })),
    ),
  ]);
  return {
    identity: [identityFinding],
    keyVault: keyVault.length > 0 ? keyVault : [{ status: 'pass', output: 'Not needed: no profile reads from it.' }],
    issuer: perProfile.map(({ name, issuer }) => ({ ...issuer, profile: name })),
    powerBi: perProfile.map(({ name, powerBi }) => ({ ...powerBi, profile: name })),
  };
}

function checkKeyVault({
  profiles,
  secrets,
  certificates,
  cookieKeys,
  clock,
}: ReadinessDependencies): Promise<Finding[]> {
  const settings = profiles.all.map((profile) => profile.settings);
  const signsIn = settings.some(({ grant }) => grant === 'authorization_code');
  const secretNames = new Set(settings.flatMap((profile) => secretNamesOf(profile)));
  const certificateNames = new Set(settings.flatMap((profile) => certificateNamesOf(profile)));
  return Promise.all([
    ...[...secretNames].map((name) => checkVaultObject(name, secrets, clock)),
    ...[...certificateNames].map((name) => checkVaultObject(name, certificates, clock)),
    ...(signsIn ? [checkCookieKey(cookieKeys)] : []),
  ]);
}

/** The identity that reads the vault. One that a profile asks with is checked with that profile's issuer. */
async function checkIdentity({ config, identity, profiles }: ReadinessDependencies, budget: Budget): Promise<Finding> {
  const { keyVault } = config;
  if (keyVault === undefined || !profiles.all.some(({ settings }) => needsKeyVault(settings))) {
    return { status: 'pass', output: 'Not needed for Key Vault: no profile reads from it.' };
  }
  try {
    await identity.getToken(keyVault.vaultScope, budget);
    return { status: 'pass' };
  } catch (error) {
    return describeFailure(error, isTransient(error) ? 'warn' : 'fail');
  }
}
