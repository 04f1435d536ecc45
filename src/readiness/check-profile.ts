import { isForPowerBi, tokenHolderOf } from '../config/profiles/profile.ts';
import { isTransient } from '../errors.ts';
import type { PowerBiApi } from '../power-bi/power-bi-api.ts';
import type { ServedProfile } from '../profiles/profiles.ts';
import type { ServedToken, TokenCache } from '../tokens/token-cache.ts';
import type { Budget } from '../upstream/budget.ts';
import { describeFailure, type Finding } from './check.ts';

export interface ProfileFindings {
  readonly issuer: Finding;
  readonly powerBi: Finding;
}

/** A call that a service principal may make, and that is refused where the tenant setting is off. */
const PROBE_PATH = '/groups?$top=1';

/** Whether the issuer gives this profile a token, and whether Power BI takes it. */
export async function checkProfile(
  profile: ServedProfile,
  { tokens, powerBi, budget }: { tokens: TokenCache; powerBi: PowerBiApi; budget: Budget },
): Promise<ProfileFindings> {
  if (profile.kind !== 'own') return { issuer: PEOPLES_OWN, powerBi: PEOPLES_OWN };
  const { endpoint, settings } = profile;
  let served: ServedToken;
  try {
    served = await tokens.get(endpoint);
  } catch (error) {
    return {
      issuer: describeFailure(error, 'fail'),
      powerBi: { status: 'fail', output: 'Not checked: there is no token to ask with.' },
    };
  }
  const issuer = judgeIssuer(tokens.lastFailure(endpoint), served.newestRefusal);
  if (!isForPowerBi(settings)) return { issuer, powerBi: NOT_FOR_POWER_BI };
  const caller = { apiUrl: settings.cloud.powerBiApiUrl, token: served.token, holder: tokenHolderOf(settings) };
  return { issuer, powerBi: await checkPowerBi(() => powerBi.get(caller, PROBE_PATH, budget)) };
}

const PEOPLES_OWN: Finding = {
  status: 'pass',
  output: 'Each person has a token of their own: there is none to check with.',
};

const NOT_FOR_POWER_BI: Finding = {
  status: 'pass',
  output: 'Not checked: what this profile asks for is not the Power BI resource of its cloud.',
};

function judgeIssuer(failure: unknown, newestRefusal: unknown): Finding {
  if (failure !== undefined) return warnOf(failure, 'The token that is held is served until it ends.');
  if (newestRefusal === undefined) return { status: 'pass' };
  return warnOf(newestRefusal, 'That is the newest version in Key Vault; the one before it is used until it expires.');
}

function warnOf(failure: unknown, consequence: string): Finding {
  const finding = describeFailure(failure, 'warn');
  return { ...finding, output: `${finding.output ?? ''} ${consequence}` };
}

/** That Power BI is away does not keep this program from its work; that it refuses makes every token useless. */
async function checkPowerBi(probe: () => Promise<unknown>): Promise<Finding> {
  try {
    await probe();
    return { status: 'pass' };
  } catch (error) {
    return describeFailure(error, isTransient(error) ? 'warn' : 'fail');
  }
}
