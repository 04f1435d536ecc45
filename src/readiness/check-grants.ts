import type { SoundConfig } from '../config/config.ts';
import type { Grant, IdentityRule } from '../config/profiles/grant.ts';
import type { Finding } from './check.ts';
import { mayCompete } from './may-compete.ts';

/** Grants that are valid but probably a mistake. */
export function checkGrants({ grants }: Pick<SoundConfig, 'grants'>): readonly Finding[] {
  if (grants === undefined) return [NO_GRANTS];
  const embedding = grants.filter(({ actions }) => actions.includes('embed'));
  return [...embedding.filter(usesUpn).map(warnOfUpn), ...findCompetitors(embedding).map(warnOfCompetitors)];
}

const NO_GRANTS: Finding = {
  status: 'warn',
  output: 'There are no grants. Without grants callers can only get the token of "default".',
  hint: 'Write "grants" in profiles.json: which callers may do what with which profile. See profiles.example.json.',
};

function usesUpn({ limits: { identity } }: Grant): boolean {
  return claimsOf(identity).includes('upn');
}

/** The claims of a caller from which a row-level security identity is made. */
export function claimsOf(identity: IdentityRule | undefined): readonly string[] {
  if (identity === undefined || identity === 'from-request') return [];
  const { username, roles, customData } = identity;
  return [
    ...[username, customData].flatMap((source) => (source?.kind === 'claim' ? [source.claim] : [])),
    ...(roles?.kind === 'mapped' ? [roles.claim] : []),
  ];
}

function warnOfUpn({ name }: Grant): Finding {
  return {
    status: 'warn',
    output: `The grant "${name}" uses upn as the row-level security user name. A person can be renamed, and another person can later get the same name.`,
    hint: 'Use { "claim": "oid" } as username in "identity", and the object ids in the rules of the dataset.',
  };
}

/** Each pair of grants, in file order, that may send different identities for one caller and item. */
function findCompetitors(grants: readonly Grant[]): readonly (readonly [Grant, Grant])[] {
  const enforced = grants.filter(({ mode }) => mode === 'enforce');
  return enforced.flatMap((first, index) =>
    enforced
      .slice(index + 1)
      .filter((later) => mayCompete(first, later))
      .map((later) => [first, later] as const),
  );
}

function warnOfCompetitors([first, later]: readonly [Grant, Grant]): Finding {
  return {
    status: 'warn',
    output: `The grants "${first.name}" and "${later.name}" can match the same caller and item, but send different row-level security identities. "${first.name}" decides if it allows the request.`,
    hint: 'Give both the same "identity", or callers or items that do not overlap.',
  };
}
