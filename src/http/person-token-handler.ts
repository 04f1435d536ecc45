import type { Profiles } from '../profiles/profiles.ts';
import { describeToken } from './describe-token.ts';
import type { Handler } from './handler.ts';
import { getPersonToken, type PersonTokenDependencies } from './person-token.ts';
import { readMinTtlSeconds, readSingle } from './parameters.ts';
import { respondJsonText } from './respond.ts';

export interface PersonTokenHandlerDependencies extends PersonTokenDependencies {
  readonly profiles: Profiles;
}

/** `/auth/token`: the signed-in person's own Power BI token. */
export function createPersonTokenHandler(dependencies: PersonTokenHandlerDependencies): Handler {
  const { clock, profiles } = dependencies;
  return async ({ http, audit }) => {
    const { name, signIn } = profiles.findSignIn(readSingle(http.query, 'profile'));
    const minTtlSeconds = await readMinTtlSeconds(http);
    const { served, cookies } = await getPersonToken({ http, audit, signIn, minTtlSeconds }, dependencies);
    const body = describeToken(served.token, { profile: name, now: clock.now() });
    return { ...respondJsonText(body), cookies };
  };
}
