import { Alert, Code, Stack, Text, Title } from '@mantine/core';
import type { Schemas } from '../../../client/client.ts';
import { messageOf } from '../../parts/message.ts';

export interface RenderedProps {
  preview: Schemas['TemplatePreview'] | undefined;
  error: unknown;
  busy: boolean;
}

/** The command that a payload gives, or why it gives none. */
export function Rendered({ preview, error, busy }: RenderedProps) {
  return (
    <Stack gap="xs" role="region" aria-label="Command" aria-busy={busy}>
      <Title order={2} size="h6">
        Command
      </Title>
      {error === null || error === undefined ? null : (
        <Alert color="red" title="There is no preview">
          {messageOf(error)}
        </Alert>
      )}
      {preview === undefined ? null : <Outcome preview={preview} />}
    </Stack>
  );
}

function Outcome({ preview }: { preview: Schemas['TemplatePreview'] }) {
  const { command, fault, violations } = preview;
  if (fault !== null)
    return (
      <Alert color="red" title={placeOf(fault)}>
        <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
          {fault.reason}
        </Text>
      </Alert>
    );
  if (violations.length > 0)
    return (
      <Alert color="yellow" title="Not yet what the schema asks for">
        <ul style={{ margin: 0, paddingLeft: 18 }}>
          {violations.map(({ path, text }) => (
            <li key={`${path} ${text}`}>
              {path === '' ? 'the whole' : path} {text}
            </li>
          ))}
        </ul>
      </Alert>
    );
  return (
    <Code
      block
      tabIndex={0}
      role="group"
      aria-label="Rendered command"
      style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}
    >
      {command}
    </Code>
  );
}

function placeOf({ line, column }: { line: number | null; column: number | null }): string {
  if (line === null) return 'The command template does not render';
  return `Line ${line}${column === null ? '' : `, column ${column}`} of the command template`;
}
