import type { SoundConfig } from '../config/config.ts';
import { isForPowerBi } from '../config/profiles/profile.ts';
import { isTransient } from '../errors.ts';
import { accountWith } from '../power-bi/power-bi-account.ts';
import type { PowerBiClient } from '../power-bi/power-bi-client.ts';
import type { OwnTokensProfile, Profiles, ServedProfile } from '../profiles/profiles.ts';
import type { ServedToken, TokenCache } from '../tokens/token-cache.ts';
import type { Budget } from '../upstream/budget.ts';
import { checkEmbedding } from './check-embedding.ts';
import { describeFailure, type Finding } from './check.ts';

export interface ProfileCheckDependencies {
  readonly config: SoundConfig;
  readonly profiles: Profiles;
  readonly tokens: TokenCache;
  readonly powerBiClient: PowerBiClient;
}

interface ProfileFindings {
  readonly issuer: Finding;
  readonly powerBi: readonly Finding[];
}

/** A service principal may make this call. Power BI refuses it if the tenant setting for service principals is off. */
const PROBE_PATH = '/groups?$top=1';

/** Checks for each profile whether the issuer issues a token, and whether Power BI accepts it. */
export async function checkProfiles(
  dependencies: ProfileCheckDependencies,
  budget: Budget,
): Promise<{ readonly issuer: readonly Finding[]; readonly powerBi: readonly Finding[] }> {
  const checked = await Promise.all(
    dependencies.profiles.all.map(async (profile) => ({
      profile: profile.name,
      ...(await checkProfile(profile, dependencies, budget)),
    })),
  );
  return {
    issuer: checked.map(({ issuer, profile }) => ({ ...issuer, profile })),
    powerBi: checked.flatMap(({ powerBi, profile }) => powerBi.map((finding) => ({ ...finding, profile }))),
  };
}

async function checkProfile(
  profile: ServedProfile,
  { config, tokens, powerBiClient }: ProfileCheckDependencies,
  budget: Budget,
): Promise<ProfileFindings> {
  if (profile.kind !== 'own') return { issuer: PEOPLES_OWN, powerBi: [PEOPLES_OWN] };
  const { endpoint, settings } = profile;
  let served: ServedToken;
  try {
    served = await tokens.get(endpoint);
  } catch (error) {
    return { issuer: describeFailure(error, 'fail'), powerBi: [NO_TOKEN] };
  }
  const issuer = judgeIssuer(settings, tokens.lastFailure(endpoint), served.newestRefusal);
  if (!isForPowerBi(settings)) return { issuer, powerBi: [NOT_FOR_POWER_BI] };
  const account = accountWith(settings, endpoint);
  const probed = await checkPowerBi(() => powerBiClient.ask(account, { path: PROBE_PATH }, budget));
  if (probed.status !== 'pass') return { issuer, powerBi: [probed] };
  const embedding = await checkEmbedding(settings, { account, config, powerBiClient, budget });
  return { issuer, powerBi: [probed, ...embedding] };
}

const PEOPLES_OWN: Finding = {
  status: 'pass',
  output: 'Nothing to check: each person has their own token.',
};

const NO_TOKEN: Finding = { status: 'fail', output: 'Not checked: the profile has no token.' };

const NOT_FOR_POWER_BI: Finding = {
  status: 'pass',
  output: 'Nothing to check: this profile requests tokens for something other than the Power BI resource of its cloud.',
};

function judgeIssuer(settings: OwnTokensProfile['settings'], failure: unknown, newestRefusal: unknown): Finding {
  if (failure !== undefined) return warnOf(failure, 'The cached token is served until it expires.');
  if (newestRefusal === undefined) return { status: 'pass' };
  const isSecret = 'credential' in settings && settings.credential.kind === 'secret';
  return warnOf(newestRefusal, isSecret ? PREVIOUS_SECRET_USED : PREVIOUS_CERTIFICATE_USED);
}

const PREVIOUS_SECRET_USED =
  'The newest version in Key Vault did not work, so the app used the previous version. It does so only for five minutes after the newest was stored.';

const PREVIOUS_CERTIFICATE_USED =
  'The newest version in Key Vault did not work. The app uses the previous version until that expires.';

function warnOf(failure: unknown, consequence: string): Finding {
  const finding = describeFailure(failure, 'warn');
  return { ...finding, output: `${finding.output ?? ''} ${consequence}` };
}

/** An outage of Power BI is a warning: tokens are still served. A refusal is a failure: the tokens do not work. */
async function checkPowerBi(probe: () => Promise<unknown>): Promise<Finding> {
  try {
    await probe();
    return { status: 'pass' };
  } catch (error) {
    return describeFailure(error, isTransient(error) ? 'warn' : 'fail');
  }
}
