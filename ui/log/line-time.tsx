/** @param at milliseconds since 1970; null where nobody knows, undefined while it is not known here */
export function LineTime({ at }: { at: number | null | undefined }) {
  if (at === undefined || at === null) return <span className="log-time">{'–'}</span>;
  const date = new Date(at);
  return (
    <time
      className="log-time"
      dateTime={date.toISOString()}
      title={date.toLocaleString(undefined, { dateStyle: 'full', timeStyle: 'long' })}
    >
      {clockText(date)}
    </time>
  );
}

/** The browser's time of day, as wide for each line: 09:05:07. */
export function clockText(date: Date): string {
  const parts = [date.getHours(), date.getMinutes(), date.getSeconds()];
  return parts.map((part) => String(part).padStart(2, '0')).join(':');
}
