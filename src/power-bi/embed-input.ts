import * as v from 'valibot';
import type { EffectiveIdentity } from '../callers/access-request.ts';
import { findUnknownMembers } from '../find-unknown-members.ts';
import { ServiceError } from '../errors.ts';

/** The request for an embed token. Ids are in lower case. */
export type EmbedInput = (ItemsInput | DashboardInput | TileInput | NewReportInput) & CommonInput;

interface CommonInput {
  readonly identities: readonly EffectiveIdentity[] | undefined;
  /** Undefined for Power BI's default. */
  readonly lifetimeInMinutes: number | undefined;
}

export interface ItemsInput {
  readonly kind: 'items';
  readonly reports: readonly { readonly id: string; readonly allowEdit: boolean }[];
  readonly datasets: readonly { readonly id: string; readonly wantsXmla: boolean }[];
  readonly targetWorkspaceIds: readonly string[];
}

export interface DashboardInput {
  readonly kind: 'dashboard';
  readonly workspaceId: string;
  readonly id: string;
}

export interface TileInput {
  readonly kind: 'tile';
  readonly workspaceId: string;
  readonly dashboardId: string;
  readonly id: string;
}

export interface NewReportInput {
  readonly kind: 'newReport';
  readonly workspaceId: string;
  readonly datasetId: string;
}

/** The limit for reports, for datasets and for target workspaces. */
export const MAX_ITEMS = 50;

const GUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;
const id = v.pipe(v.string(), v.regex(GUID, 'must be an id (a GUID)'), v.toLowerCase());

/** A list without duplicate ids: of two entries for one item, one could be overlooked. */
function itemsOf<T extends { readonly id: string }>(item: v.GenericSchema<unknown, T>) {
  return v.optional(
    v.pipe(
      v.array(item),
      v.maxLength(MAX_ITEMS, `must have at most ${MAX_ITEMS} entries`),
      v.check((items) => new Set(items.map((one) => one.id)).size === items.length, 'must not contain an id twice'),
    ),
  );
}

const identity = v.strictObject({
  username: v.pipe(v.string(), v.regex(/^\S{1,256}$/, 'must have 1 to 256 characters and no spaces')),
  roles: v.optional(
    v.pipe(
      v.array(v.pipe(v.string(), v.regex(/^[^,]{1,50}$/, 'must have 1 to 50 characters and no comma'))),
      v.maxLength(MAX_ITEMS, `must have at most ${MAX_ITEMS} entries`),
    ),
  ),
  customData: v.optional(v.string()),
  auditableContext: v.optional(v.string()),
  datasets: v.pipe(v.array(id), v.minLength(1, 'must name at least one dataset')),
});

const bodySchema = v.pipe(
  v.strictObject({
    reports: itemsOf(v.strictObject({ id, allowEdit: v.optional(v.boolean(), false) })),
    datasets: itemsOf(v.strictObject({ id, xmlaPermissions: v.optional(v.picklist(['Off', 'ReadOnly']), 'Off') })),
    targetWorkspaces: itemsOf(v.strictObject({ id })),
    dashboard: v.optional(v.strictObject({ id, workspaceId: id })),
    tile: v.optional(v.strictObject({ id, dashboardId: id, workspaceId: id })),
    newReport: v.optional(v.strictObject({ workspaceId: id, datasetId: id })),
    identities: v.optional(v.array(identity)),
    lifetimeInMinutes: v.optional(
      v.pipe(
        v.number(),
        v.integer('must be a whole number'),
        v.minValue(0, 'must not be negative'),
        v.maxValue(1440, 'must be at most 1440'),
      ),
    ),
  }),
  v.check(
    ({ reports = [], datasets = [], targetWorkspaces, dashboard, tile, newReport }) =>
      [
        reports.length + datasets.length > 0 || targetWorkspaces !== undefined,
        dashboard !== undefined,
        tile !== undefined,
        newReport !== undefined,
      ].filter(Boolean).length === 1,
    'must name reports or datasets, or exactly one dashboard, tile or newReport',
  ),
  v.check(
    ({ reports = [], datasets = [], targetWorkspaces }) =>
      targetWorkspaces === undefined || reports.length + datasets.length > 0,
    'must name a report or a dataset with targetWorkspaces',
  ),
);

type Body = v.InferOutput<typeof bodySchema>;

/** The body of `/embed-token`, in the form of Power BI's GenerateToken. Throws `invalid_request` with all errors at once. */
export function readEmbedInput(body: unknown): EmbedInput {
  const unknown = findUnknownMembers(bodySchema, body).map(({ path }) => `${path.join('.')} is not a known property`);
  const parsed = v.safeParse(bodySchema, body, { abortPipeEarly: true });
  if (parsed.success && unknown.length === 0) return toInput(parsed.output);
  // A strict object expects `never` for an unknown member; those are listed already.
  const faults = (parsed.issues ?? []).filter(({ expected }) => expected !== 'never').map(describe);
  throw new ServiceError('invalid_request', `The request body is not valid: ${[...unknown, ...faults].join('; ')}.`, {
    hint: 'Send a JSON object: { "reports": [{ "id": ID }] }, and see /api/openapi.json for the other properties.',
  });
}

/** The library's messages quote the request; these do not. */
function describe(issue: v.BaseIssue<unknown>): string {
  const path = v.getDotPath(issue) ?? 'it';
  if (!issue.message.startsWith('Invalid ')) return `${path} ${issue.message}`;
  return issue.received === 'undefined' ? `${path} is missing` : `${path} must be ${String(issue.expected)}`;
}

function toInput({ identities, lifetimeInMinutes = 0, ...body }: Body): EmbedInput {
  return {
    ...toItems(body),
    identities,
    lifetimeInMinutes: lifetimeInMinutes === 0 ? undefined : lifetimeInMinutes,
  };
}

function toItems(body: Body): ItemsInput | DashboardInput | TileInput | NewReportInput {
  const { reports = [], datasets = [], targetWorkspaces = [], dashboard, tile, newReport } = body;
  if (dashboard !== undefined) return { kind: 'dashboard', ...dashboard };
  if (tile !== undefined) return { kind: 'tile', ...tile };
  if (newReport !== undefined) return { kind: 'newReport', ...newReport };
  return {
    kind: 'items',
    reports,
    datasets: datasets.map(({ id: datasetId, xmlaPermissions }) => ({
      id: datasetId,
      wantsXmla: xmlaPermissions === 'ReadOnly',
    })),
    targetWorkspaceIds: targetWorkspaces.map(({ id: workspaceId }) => workspaceId),
  };
}
