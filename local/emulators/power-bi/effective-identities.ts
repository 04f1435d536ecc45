import type { EffectiveIdentity } from './generate-token-request.ts';
import type { Dataset } from './workspace.ts';

/** Power BI's refusal of the identities; undefined if each dataset with RLS has one and no other dataset has any. */
export function checkIdentities(
  datasets: readonly Dataset[],
  identities: readonly EffectiveIdentity[],
): string | undefined {
  const stranger = identities
    .flatMap((identity) => identity.datasets)
    .find((id) => !datasets.some((one) => one.id === id));
  if (stranger !== undefined)
    return `The effective identity names the dataset ${stranger}, which the token is not for.`;
  return datasets
    .map((dataset) =>
      checkDataset(
        dataset,
        identities.find((identity) => identity.datasets.includes(dataset.id)),
      ),
    )
    .find((complaint) => complaint !== undefined);
}

function checkDataset(
  { id, hasRowLevelSecurity, roles }: Dataset,
  identity: EffectiveIdentity | undefined,
): string | undefined {
  const accessing = `Creating embed token for accessing dataset ${id}`;
  if (!hasRowLevelSecurity) {
    return identity === undefined ? undefined : `${accessing} shouldn't have effective identity`;
  }
  if (identity === undefined) return `${accessing} requires effective identity to be provided`;
  if (roles.length > 0 && identity.roles.length === 0) {
    return `${accessing} requires roles to be included in provided effective identity`;
  }
  return undefined;
}
