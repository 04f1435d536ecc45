export type MFunction = (...args: readonly unknown[]) => Promise<unknown>;
export type MRecord = Readonly<Record<string, unknown>>;

/** The result of a web request: M's binary, with the status in its metadata. */
export interface MBinary {
  readonly binary: string;
  readonly status: number;
}

/** M's error record, which the author of a report sees: reason, message and detail. */
export class MError extends Error {
  override readonly name = 'MError';
  readonly reason: unknown;
  readonly detail: unknown;

  constructor({ Reason, Message, Detail }: Readonly<Record<string, unknown>>) {
    super(String(Message));
    this.reason = Reason;
    this.detail = Detail;
  }
}

function isMBinary(value: unknown): value is MBinary {
  return typeof value === 'object' && value !== null && 'binary' in value;
}

export function isMRecord(value: unknown): value is MRecord {
  return typeNameOf(value) === 'record';
}

/** A table is the list of its rows here. */
export function typeNameOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'isTable' in value ? 'table' : 'list';
  if (isMBinary(value)) return 'binary';
  switch (typeof value) {
    case 'string':
      return 'text';
    case 'boolean':
      return 'logical';
    case 'object':
      return 'record';
    default:
      return typeof value;
  }
}
