/** A value within single quotes of a list filter; one that would end them matches nothing. */
export function quoted(text: string): string {
  return text.replace(/['\\]/g, '');
}
