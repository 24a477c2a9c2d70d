import { Box, Input, Textarea } from '@mantine/core';
import { lazy, Suspense } from 'react';

const View = lazy(async () => ({
  default: (await import('./command-editor-view.tsx')).CommandEditorView,
}));

export interface CommandEditorProps {
  label: string;
  description?: string | undefined;
  value: string;
  onChange: (value: string) => void;
  error?: string | undefined;
}

/** A field for a shell script; plain text until the editor has come. */
export function CommandEditor({ label, description, value, onChange, error }: CommandEditorProps) {
  return (
    <Input.Wrapper
      label={label}
      labelElement="div"
      description={description}
      error={error}
      inputWrapperOrder={['label', 'description', 'input', 'error']}
    >
      <Box mt={description === undefined ? 0 : 5}>
        <Suspense
          fallback={
            <Textarea
              aria-label={label}
              value={value}
              onChange={(event) => onChange(event.currentTarget.value)}
              autosize
              minRows={6}
              maxRows={20}
              styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
            />
          }
        >
          <View label={label} value={value} onChange={onChange} />
        </Suspense>
      </Box>
    </Input.Wrapper>
  );
}
