/** An id that support will ask for, where it looks like one: whatever else stands in its place could be an echo of the request. */
export function readId(value: unknown): string | undefined {
  return typeof value === 'string' && /^[\da-f-]{32,36}$/i.test(value) ? value : undefined;
}
