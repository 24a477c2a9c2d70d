import { SegmentedControl } from '@mantine/core';

interface Props {
  /** How many there are; they count from 1. */
  attempts: number;
  value: number;
  onChange: (attempt: number) => void;
}

/** Which attempt is looked at, where there are several. */
export function AttemptChoice({ attempts, value, onChange }: Props) {
  if (attempts < 2) return null;
  return (
    <SegmentedControl
      size="xs"
      style={{ alignSelf: 'flex-start' }}
      aria-label="Attempt"
      value={String(value)}
      onChange={(text) => onChange(Number(text))}
      data={Array.from({ length: attempts }, (_, place) => ({
        value: String(place + 1),
        label: `Attempt ${place + 1}`,
      }))}
    />
  );
}
