/** RFC 6749 section 5.2 and RFC 6750 section 3 allow %x20-21 / %x23-5B / %x5D-7E in a description: no quotes, no backslash. */
export function toOauthText(text: string): string {
  return text.replaceAll('"', "'").replaceAll(/[^\x20-\x5b\x5d-\x7e]/g, '?');
}
