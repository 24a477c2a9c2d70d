/** A time to the millisecond by the clock on the wall, with its day where that is not today. */
export function clockText(iso: string, now = new Date()): string {
  const at = new Date(iso);
  const day = at.toDateString() === now.toDateString() ? '' : `${at.toLocaleDateString()} `;
  const clock = [at.getHours(), at.getMinutes(), at.getSeconds()]
    .map((one) => String(one).padStart(2, '0'))
    .join(':');
  return `${day}${clock}.${String(at.getMilliseconds()).padStart(3, '0')}`;
}
