import type { HttpHandler } from '@azure/functions';
import type { Clock } from '../clock.ts';
import type { SignIns } from '../sign-in/sign-ins.ts';
import { describeToken } from './describe-token.ts';
import { createHandler } from './handler.ts';
import { getPersonToken, type PersonTokenDependencies } from './person-token.ts';
import { readMinTtlSeconds } from './read-min-ttl.ts';
import { readSingle } from './read-single.ts';
import { respondJsonText } from './respond.ts';

export interface PersonTokenHandlerDependencies extends PersonTokenDependencies {
  readonly clock: Clock;
  readonly signIns: SignIns;
}

/** `/auth/token`: the signed-in person's own Power BI token. */
export function createPersonTokenHandler(dependencies: PersonTokenHandlerDependencies): HttpHandler {
  const { clock, gate, signIns } = dependencies;
  return createHandler(clock, {
    methods: ['GET'],
    audits: 'token',
    oauth: true,
    async respond({ http, audit }) {
      gate.refuseFaults();
      const signIn = signIns.find(readSingle(http.query, 'profile'));
      const minTtlSeconds = await readMinTtlSeconds(http);
      const { served, cookies } = await getPersonToken({ http, audit, signIn, minTtlSeconds }, dependencies);
      const body = describeToken(served.token, { profile: signIn.profile, now: clock.now() });
      return { ...respondJsonText(body), cookies };
    },
  });
}
