import { TextInput } from '@mantine/core';

interface AvatarInputProps {
  value: string;
  error: string | undefined;
  onChange: (value: string) => void;
}

/** The address of a template's picture. */
export function AvatarInput({ value, error, onChange }: AvatarInputProps) {
  return (
    <TextInput
      label="Avatar"
      description="an address of a picture, or a data: URL"
      value={value}
      error={error}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}
