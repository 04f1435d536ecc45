/**
 * Where the program speaks to its operator. An entry becomes one flat JSON line, so that a log query can take it apart.
 * No secret, token or assertion may be in one.
 */
export interface Log {
  info(entry: LogEntry): void;
  warn(entry: LogEntry): void;
  error(entry: LogEntry): void;
}

export interface LogEntry {
  readonly event: string;
  readonly [member: string]: string | number | boolean | undefined;
}
