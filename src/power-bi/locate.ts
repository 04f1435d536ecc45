import { forbid } from '../callers/forbid.ts';
import { ServiceError } from '../errors.ts';
import type { IsFoundIn } from './catalog.ts';

export type Located<T> = T & { readonly workspaceId: string };

export interface LocateOptions<T> {
  /** The kind of item, for the reason of a refusal. */
  readonly what: string;
  readonly ids: readonly string[];
  readonly workspaceIds: readonly string[];
  list(workspaceId: string, isFoundIn: IsFoundIn<T>): Promise<readonly T[]>;
}

/**
 * The items of these ids, each with the workspace that lists it. An error of a list matters only if an item is not in any
 * of the others.
 *
 * Throws `forbidden` if an item is in none of the workspaces, or what `list` throws.
 */
export async function locate<T extends { readonly id: string }>(
  options: LocateOptions<T>,
): Promise<ReadonlyMap<string, Located<T>>> {
  const { what, ids } = options;
  if (ids.length === 0) return new Map();
  const known = await search(options, () => true);
  if (ids.every((id) => known.found.has(id))) return known.found;
  // A cached list does not contain new items.
  const { found, failures } = await search(options, (items) => ids.some((id) => items.some((item) => item.id === id)));
  if (ids.every((id) => found.has(id))) return found;
  throw failures[0] ?? forbid(`a ${what} is not in a workspace that the grant names`);
}

async function search<T extends { readonly id: string }>(
  { ids, workspaceIds, list }: LocateOptions<T>,
  isFoundIn: IsFoundIn<T>,
): Promise<{ found: Map<string, Located<T>>; failures: ServiceError[] }> {
  const found = new Map<string, Located<T>>();
  const failures: ServiceError[] = [];
  const searchOne = async (workspaceId: string): Promise<void> => {
    try {
      for (const item of await list(workspaceId, isFoundIn)) {
        if (ids.includes(item.id)) found.set(item.id, { ...item, workspaceId });
      }
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      failures.push(error);
    }
  };
  await Promise.all(workspaceIds.map(searchOne));
  return { found, failures };
}
