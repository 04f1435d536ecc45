/** Who asks, as far as it has been verified. */
export interface Caller {
  /** For the audit trail and the limit per caller: `key`, `anonymous`, or `tenant/object id`. */
  readonly id: string;
}
