import { SegmentedControl } from '@mantine/core';

interface Props {
  /** Their numbers, of those that can be looked at. */
  attempts: readonly number[];
  value: number;
  onChange: (attempt: number) => void;
}

/** Which attempt is looked at, where there are several. */
export function AttemptChoice({ attempts, value, onChange }: Props) {
  if (attempts.length < 2) return null;
  return (
    <SegmentedControl
      size="xs"
      style={{ alignSelf: 'flex-start' }}
      aria-label="Attempt"
      value={String(value)}
      onChange={(text) => onChange(Number(text))}
      data={attempts.map((attempt) => ({
        value: String(attempt),
        label: `Attempt ${attempt}`,
      }))}
    />
  );
}
