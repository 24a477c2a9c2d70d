/**
 * A time that people mean and that Postgres can store, years 1 to 9999, or null. JavaScript knows
 * more times (year 0, years of six digits), for which the database has no words.
 */
export function instantOf(text: string): Date | null {
  const date = new Date(text);
  const year = date.getUTCFullYear();
  return year >= 1 && year <= 9_999 ? date : null;
}
