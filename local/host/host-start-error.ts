/** The host cannot start, for a reason that the developer can fix. The message says how. */
export class HostStartError extends Error {
  override readonly name = 'HostStartError';
}
