import * as v from 'valibot';

/** The members that this app reads in Power BI's lists. Ids are in lower case. */

const id = v.pipe(v.string(), v.uuid(), v.toLowerCase());
const optionalId = v.pipe(
  v.unknown(),
  v.transform((value): string | undefined => (v.is(id, value) ? value.toLowerCase() : undefined)),
);
const optionalText = v.optional(v.string(), '');

/** Power BI's description says `IsEffectiveIdentityRequired`, its answers `isEffectiveIdentityRequired`. */
const flag = v.optional(v.nullable(v.boolean()));

/** A list in an OData envelope. An entry without a usable id is left out, because a caller cannot request it. */
function listOf<T>(item: v.GenericSchema<unknown, T>): v.GenericSchema<unknown, readonly T[]> {
  return v.pipe(
    v.object({ value: v.array(v.unknown()) }),
    v.transform(({ value }) =>
      value.flatMap((entry) => {
        const parsed = v.safeParse(item, entry);
        return parsed.success ? [parsed.output] : [];
      }),
    ),
  );
}

export interface Report {
  readonly id: string;
  readonly name: string;
  readonly embedUrl: string;
  readonly isPaginated: boolean;
  readonly datasetId: string | undefined;
  /** The workspace of its dataset, if Power BI says so. */
  readonly datasetWorkspaceId: string | undefined;
}

export const reportList = listOf<Report>(
  v.pipe(
    v.object({
      id,
      name: optionalText,
      embedUrl: optionalText,
      reportType: v.optional(v.string()),
      datasetId: v.optional(optionalId),
      datasetWorkspaceId: v.optional(optionalId),
    }),
    v.transform(({ reportType, datasetId, datasetWorkspaceId, ...report }) => ({
      ...report,
      datasetId,
      datasetWorkspaceId,
      isPaginated: reportType === 'PaginatedReport',
    })),
  ),
);

export interface Dataset {
  readonly id: string;
  readonly requiresIdentity: boolean;
  readonly requiresRoles: boolean;
}

export const datasetList = listOf<Dataset>(
  v.pipe(
    v.object({
      id,
      isEffectiveIdentityRequired: flag,
      IsEffectiveIdentityRequired: flag,
      isEffectiveIdentityRolesRequired: flag,
      IsEffectiveIdentityRolesRequired: flag,
    }),
    v.transform((dataset) => ({
      id: dataset.id,
      requiresIdentity: [dataset.isEffectiveIdentityRequired, dataset.IsEffectiveIdentityRequired].includes(true),
      requiresRoles: [dataset.isEffectiveIdentityRolesRequired, dataset.IsEffectiveIdentityRolesRequired].includes(
        true,
      ),
    })),
  ),
);

export interface Dashboard {
  readonly id: string;
  readonly name: string;
  readonly embedUrl: string;
}

export const dashboardList = listOf<Dashboard>(
  v.pipe(
    v.object({ id, displayName: optionalText, embedUrl: optionalText }),
    v.transform(({ displayName, ...dashboard }) => ({ ...dashboard, name: displayName })),
  ),
);

export interface Tile {
  readonly id: string;
  readonly name: string;
  readonly embedUrl: string;
  /** Undefined for a tile that shows no data: a text, a picture. */
  readonly datasetId: string | undefined;
}

export const tileList = listOf<Tile>(
  v.pipe(
    v.object({ id, title: optionalText, embedUrl: optionalText, datasetId: v.optional(optionalId) }),
    v.transform(({ title, datasetId, ...tile }) => ({ ...tile, name: title, datasetId })),
  ),
);

/** A user or application with a role in a workspace. Those with a role through a group are not listed. */
export interface Member {
  /** In lower case: the object id of a service principal, the user name of a person, or the id of a service principal profile. */
  readonly id: string;
  readonly role: string;
}

export const memberList = listOf<Member>(
  v.pipe(
    v.object({
      identifier: v.string(),
      groupUserAccessRight: v.string(),
      profile: v.nullish(v.object({ id: v.string() })),
    }),
    v.transform(({ identifier, groupUserAccessRight, profile }) => ({
      id: (profile?.id ?? identifier).toLowerCase(),
      role: groupUserAccessRight,
    })),
  ),
);

/** The semantic models of a paginated report: the id is the end of the database's name, after `sobe_wowvirtualserver-`. */
export const datasourceList = listOf<string>(
  v.pipe(
    v.object({
      datasourceType: v.literal('AnalysisServices'),
      connectionDetails: v.object({ database: v.pipe(v.string(), v.transform(readModelId), id) }),
    }),
    v.transform(({ connectionDetails }) => connectionDetails.database),
  ),
);

function readModelId(database: string): string {
  return /[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.exec(database)?.[0] ?? '';
}
