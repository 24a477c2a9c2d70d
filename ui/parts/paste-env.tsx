import { Button, Group, Modal, Stack, Text, Textarea } from '@mantine/core';
import { useState } from 'react';
import { parseEnv, type EnvLine } from './env-text.ts';

export interface PasteEnvProps {
  opened: boolean;
  onClose: () => void;
  onTake: (variables: EnvLine[]) => void;
}

/** Text of an `.env` file, with what is read of it told before it is taken. */
export function PasteEnv({ opened, onClose, onTake }: PasteEnvProps) {
  const [text, setText] = useState('');
  const { variables, problems } = parseEnv(text);
  const [first] = problems;
  const close = (): void => {
    setText('');
    onClose();
  };
  return (
    <Modal opened={opened} onClose={close} title="Paste .env" size="lg">
      <Stack gap="sm">
        <Textarea
          data-autofocus
          label="Text of the file"
          description="NAME=value, one a line; quotes, export and comments are understood, $NAME stays as it is"
          autosize
          minRows={8}
          maxRows={20}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          error={first === undefined ? undefined : `Line ${first.line} ${first.text}`}
          styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
        />
        <Group justify="space-between">
          <Text size="sm" c="dimmed" aria-live="polite">
            {variables.length === 1 ? '1 variable' : `${variables.length} variables`}
          </Text>
          <Button
            disabled={variables.length === 0}
            onClick={() => {
              onTake(variables);
              close();
            }}
          >
            Take them
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
