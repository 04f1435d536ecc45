import { describeExpiry } from '../tokens/access-token.ts';
import { readEmbedInput } from '../power-bi/embed-input.ts';
import type { GuardedRequest, Handler } from './handler.ts';
import { issueEmbedToken, type EmbedDependencies } from './issue-embed-token.ts';
import { readJsonBody } from './parameters.ts';
import { respondJson } from './respond.ts';

/** `/embed-token` and `/embed-token/{profile}`: an embed token for the items in the body, which has the form of GenerateToken. */
export function createEmbedTokenHandler(dependencies: EmbedDependencies): Handler<GuardedRequest> {
  return async ({ http, audit, caller }) => {
    const { profile, embedToken } = await issueEmbedToken(
      { caller, audit },
      {
        profileName: http.params['profile'],
        readInput: async () => readEmbedInput(await readJsonBody(http)),
      },
      dependencies,
    );
    const { token, tokenId } = embedToken;
    return respondJson({
      token: token.value,
      token_type: 'Embed',
      token_id: tokenId,
      ...describeExpiry(token, dependencies.clock.now()),
      profile,
    });
  };
}
