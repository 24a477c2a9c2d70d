/** An address that may become a link; null for what is none, or would run as a script. */
export function webUrl(text: string): string | null {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol) ? text : null;
}
