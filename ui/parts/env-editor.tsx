import {
  ActionIcon,
  Button,
  Checkbox,
  Group,
  Stack,
  Text,
  Textarea,
  TextInput,
} from '@mantine/core';
import { IconClipboardText, IconKey, IconPlus, IconTrash } from '@tabler/icons-react';
import { useState, type ClipboardEvent } from 'react';
import { EMPTY_ROW, withPasted, type EnvRow } from './env-rows.ts';
import { parseEnv } from './env-text.ts';
import { PasteEnv } from './paste-env.tsx';

export interface EnvEditorProps {
  rows: EnvRow[];
  onChange: (rows: EnvRow[]) => void;
  /** By path, such as `env.0.name`. */
  errors: Readonly<Record<string, React.ReactNode>>;
  /** Whether a value may be a key of a secret of the cluster. */
  withSecrets: boolean;
}

/** Variables, row by row; text of an `.env` file may be pasted into any name. */
export function EnvEditor({ rows, onChange, errors, withSecrets }: EnvEditorProps) {
  const [pasting, setPasting] = useState(false);
  const paste = (event: ClipboardEvent): void => {
    const { variables } = parseEnv(event.clipboardData.getData('text'));
    if (variables.length === 0) return;
    event.preventDefault();
    onChange(withPasted(rows, variables));
  };
  return (
    <Stack gap="xs">
      {rows.length === 0 ? (
        <Text size="sm" c="dimmed">
          No variables.
        </Text>
      ) : null}
      {rows.map((row, i) => (
        <Row
          // A row has no identity but its place.
          // oxlint-disable-next-line react/no-array-index-key
          key={i}
          row={row}
          position={i}
          errors={errors}
          withSecrets={withSecrets}
          onPaste={paste}
          onChange={(changed) => onChange(rows.with(i, changed))}
          onRemove={() => onChange(rows.toSpliced(i, 1))}
        />
      ))}
      <Group gap="xs">
        <Button
          variant="light"
          size="compact-sm"
          leftSection={<IconPlus size={14} />}
          onClick={() => onChange([...rows, EMPTY_ROW])}
        >
          Add variable
        </Button>
        <Button
          variant="subtle"
          size="compact-sm"
          leftSection={<IconClipboardText size={14} />}
          onClick={() => setPasting(true)}
        >
          Paste .env
        </Button>
      </Group>
      <PasteEnv
        opened={pasting}
        onClose={() => setPasting(false)}
        onTake={(variables) => onChange(withPasted(rows, variables))}
      />
    </Stack>
  );
}

interface RowProps {
  row: EnvRow;
  position: number;
  errors: EnvEditorProps['errors'];
  withSecrets: boolean;
  onPaste: (event: ClipboardEvent) => void;
  onChange: (row: EnvRow) => void;
  onRemove: () => void;
}

const MONOSPACE = { input: { fontFamily: 'var(--mantine-font-family-monospace)' } };

function Row({ row, position, errors, withSecrets, onPaste, onChange, onRemove }: RowProps) {
  const called = row.name === '' ? `variable ${position + 1}` : row.name;
  const { secret } = row;
  return (
    <Group gap={6} align="flex-start">
      <TextInput
        flex="1 1 9rem"
        size="xs"
        aria-label={`Name of variable ${position + 1}`}
        placeholder="NAME"
        value={row.name}
        data-path={`env.${position}.name`}
        error={errors[`env.${position}.name`]}
        onPaste={onPaste}
        onChange={(event) => onChange({ ...row, name: event.currentTarget.value })}
        styles={MONOSPACE}
      />
      <Group flex="2 1 14rem" gap={6} align="flex-start" wrap="nowrap">
        {secret === null ? (
          <Textarea
            flex={1}
            size="xs"
            aria-label={`Value of ${called}`}
            placeholder="value"
            autosize
            minRows={1}
            maxRows={8}
            value={row.value}
            data-path={`env.${position}.value`}
            error={errors[`env.${position}.value`]}
            onChange={(event) => onChange({ ...row, value: event.currentTarget.value })}
            styles={MONOSPACE}
          />
        ) : (
          <SecretFields
            secret={secret}
            called={called}
            errors={errors}
            path={`env.${position}`}
            onChange={(changed) => onChange({ ...row, value: '', secret: changed })}
          />
        )}
        {withSecrets ? (
          <ActionIcon
            variant={secret === null ? 'subtle' : 'light'}
            color={secret === null ? 'gray' : 'cyan'}
            aria-label={`Take ${called} from a secret`}
            aria-pressed={secret !== null}
            title="From a secret of the cluster"
            onClick={() => onChange({ ...row, secret: secret === null ? NO_SECRET : null })}
          >
            <IconKey size={16} stroke={1.6} />
          </ActionIcon>
        ) : null}
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label={`Remove ${called}`}
          onClick={onRemove}
        >
          <IconTrash size={16} stroke={1.6} />
        </ActionIcon>
      </Group>
    </Group>
  );
}

const NO_SECRET = { name: '', key: '', optional: false };
type Secret = NonNullable<EnvRow['secret']>;

interface SecretProps {
  secret: Secret;
  called: string;
  path: string;
  errors: EnvEditorProps['errors'];
  onChange: (secret: Secret) => void;
}

function SecretFields({ secret, called, path, errors, onChange }: SecretProps) {
  return (
    <Group flex={1} gap={6} align="flex-start">
      <TextInput
        flex="1 1 6rem"
        size="xs"
        aria-label={`Secret of ${called}`}
        placeholder="secret or ARN"
        value={secret.name}
        data-path={`${path}.secret.name`}
        error={errors[`${path}.secret.name`]}
        onChange={(event) => onChange({ ...secret, name: event.currentTarget.value })}
        styles={MONOSPACE}
      />
      <TextInput
        flex="1 1 6rem"
        size="xs"
        aria-label={`Key of the secret of ${called}`}
        placeholder="key"
        value={secret.key}
        data-path={`${path}.secret.key`}
        error={errors[`${path}.secret.key`]}
        onChange={(event) => onChange({ ...secret, key: event.currentTarget.value })}
        styles={MONOSPACE}
      />
      <Checkbox
        size="xs"
        mt={7}
        label="optional"
        checked={secret.optional}
        onChange={(event) => onChange({ ...secret, optional: event.currentTarget.checked })}
      />
    </Group>
  );
}
