import { readEmbedToken } from '../power-bi/generate-token.ts';
import type { EmbedTokenView } from './answer-embed-request.ts';

/** What the embed page may show with this token; undefined if the stand-in did not issue it. */
export function viewEmbedToken(token: string): EmbedTokenView | undefined {
  try {
    const { expiresAtSeconds, itemIds, request } = readEmbedToken(token);
    const [identity] = request.identities;
    const reader = identity && { username: identity.username, roles: identity.roles };
    return { expiresAtSeconds, itemIds, reader };
  } catch {
    return undefined;
  }
}
