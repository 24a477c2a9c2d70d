/** What a number input holds: a number, or text while it is none yet. */
export type NumberText = number | string;

/** @returns null for an empty input; NaN for text that is no number, which the server then refuses */
export function numberOf(value: NumberText): number | null {
  if (typeof value === 'number') return value;
  return value.trim() === '' ? null : Number(value);
}

/** Megabytes, in the unit that reads best. @param mb megabytes */
export function memoryText(mb: number | null): string {
  if (mb === null) return '–';
  return mb >= 1_024 && mb % 512 === 0 ? `${mb / 1_024} GB` : `${mb} MB`;
}

/** CPU in cores. @param millicores thousandths of a core */
export function cpuText(millicores: number | null): string {
  if (millicores === null) return '–';
  return millicores < 1_000 ? `${millicores} m` : `${millicores / 1_000} cores`;
}
