import { durationText, sinceText } from './time-text.ts';
import { useNow } from './use-now.ts';

/** A time as "3 min ago", with the whole of it on demand. */
export function Ago({ at }: { at: string | null }) {
  const now = useNow(at !== null);
  if (at === null) return <Unknown />;
  return (
    <time dateTime={at} title={new Date(at).toLocaleString()}>
      {sinceText(now - Date.parse(at))}
    </time>
  );
}

/** From one time to another, or to now while there is no other. */
export function Duration({ from, to }: { from: string | null; to: string | null }) {
  const now = useNow(from !== null && to === null);
  if (from === null) return <Unknown />;
  const end = to === null ? now : Date.parse(to);
  return <span>{durationText(end - Date.parse(from))}</span>;
}

function Unknown() {
  return <span style={{ color: 'var(--mantine-color-dimmed)' }}>–</span>;
}
