/** The host cannot start, for a reason that the person at the keyboard can do something about: the message says what. */
export class HostStartError extends Error {
  override readonly name = 'HostStartError';
}
