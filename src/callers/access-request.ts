/** The action that a caller requests, with every item that a limit of a grant can restrict. Ids are in lower case. */
export type AccessRequest =
  | { readonly action: 'token' | 'workspaces'; readonly profile: string }
  /** Without `workspaceId`: My workspace. */
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

/** One embed token. The workspace of each item comes from Power BI, not from the request. */
export interface EmbedRequest {
  readonly action: 'embed';
  readonly profile: string;
  readonly reports: readonly { readonly id: string; readonly workspaceId: string; readonly allowEdit: boolean }[];
  /** Also those whose tiles are shown. */
  readonly dashboards: readonly { readonly id: string; readonly workspaceId: string }[];
  /** Also those of the reports and tiles. */
  readonly datasets: readonly RequestedDataset[];
  /** Where a report may be saved to. */
  readonly targetWorkspaceIds: readonly string[];
  /** Whether the token is for creating a report. */
  readonly createsReport: boolean;
  /** The identities in the request; undefined if it has none. */
  readonly identities: readonly EffectiveIdentity[] | undefined;
}

export interface RequestedDataset {
  readonly id: string;
  readonly workspaceId: string;
  /** Whether the token allows queries of the model. */
  readonly wantsXmla: boolean;
  readonly requiresIdentity: boolean;
  readonly requiresRoles: boolean;
}

/** A row-level security identity, in the form of Power BI's GenerateToken. */
export interface EffectiveIdentity {
  readonly username: string;
  readonly roles?: readonly string[] | undefined;
  readonly customData?: string | undefined;
  readonly auditableContext?: string | undefined;
  readonly datasets: readonly string[];
}
