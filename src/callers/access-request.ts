/** The action that a caller requests, with every item that a limit of a grant can restrict. Ids are in lower case. */
export type AccessRequest =
  | { readonly action: 'token' | 'workspaces'; readonly profile: string }
  /** Without a workspace it is My workspace. */
  | {
      readonly action: 'reports' | 'datasets';
      readonly profile: string;
      readonly workspaceId: string | undefined;
    }
  | {
      readonly action: 'refresh';
      readonly profile: string;
      readonly workspaceId: string;
      readonly datasetId: string;
    }
  | EmbedRequest;

/** One embed token. Power BI has said in which workspace each item is: the caller's word does not count. */
export interface EmbedRequest {
  readonly action: 'embed';
  readonly profile: string;
  readonly reports: readonly { readonly id: string; readonly workspaceId: string; readonly allowEdit: boolean }[];
  /** Those whose tiles are shown, too. */
  readonly dashboards: readonly { readonly id: string; readonly workspaceId: string }[];
  /** Those under the reports and tiles, too. */
  readonly datasets: readonly RequestedDataset[];
  /** Where a report may be saved to. */
  readonly targetWorkspaceIds: readonly string[];
  /** Whether the token is for creating a report. */
  readonly createsReport: boolean;
  /** What the request itself names; undefined if it names none. */
  readonly identities: readonly EffectiveIdentity[] | undefined;
}

export interface RequestedDataset {
  readonly id: string;
  readonly workspaceId: string;
  /** Whether the token opens the model to queries. */
  readonly wantsXmla: boolean;
  readonly requiresIdentity: boolean;
  readonly requiresRoles: boolean;
}

/** Whose rows are seen, as Power BI's GenerateToken takes it. */
export interface EffectiveIdentity {
  readonly username: string;
  readonly roles?: readonly string[] | undefined;
  readonly customData?: string | undefined;
  readonly auditableContext?: string | undefined;
  readonly datasets: readonly string[];
}
