/** Text from elsewhere as Postgres can store it, cut to so many characters. */
export function storable(text: string, maxLength: number): string {
  const clean = text.replaceAll('\0', '').toWellFormed();
  return clean.length <= maxLength ? clean : `${clean.slice(0, maxLength - 1).toWellFormed()}…`;
}
