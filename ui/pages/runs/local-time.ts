const MINUTE_MS = 60_000;
const LENGTH = 'YYYY-MM-DDTHH:mm'.length;

/** A time as a field of type datetime-local has it: by the clock on the wall. @param iso ISO 8601 */
export function localTimeOf(iso: string): string {
  const at = new Date(iso);
  const shifted = new Date(at.getTime() - at.getTimezoneOffset() * MINUTE_MS);
  return shifted.toISOString().slice(0, LENGTH);
}
