import { Button, Paper, PasswordInput, Stack, Text, Title } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState, type ReactNode } from 'react';
import { useAbout } from '../api/about.ts';
import { ApiError } from '../api/client.ts';
import { keepToken, onTokenChange } from '../api/token.ts';

/** Asks for a token where the server wants one; shows what is inside otherwise. */
export function TokenGate({ children }: { children: ReactNode }) {
  const client = useQueryClient();
  const { error } = useAbout();
  useEffect(() => onTokenChange(() => void client.invalidateQueries()), [client]);
  if (error instanceof ApiError && error.status === 401)
    return <AskToken message={error.message} />;
  return children;
}

function AskToken({ message }: { message: string }) {
  const [text, setText] = useState('');
  return (
    <Paper withBorder p="lg" maw={480} mx="auto" mt="xl">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (text.trim() !== '') keepToken(text.trim());
        }}
      >
        <Stack>
          <Title order={1} size="h3">
            A token is needed
          </Title>
          <Text size="sm">
            Whoever operates this server makes one with <code>flotilla token create</code>. It is
            kept in this browser.
          </Text>
          <PasswordInput
            label="Token"
            autoComplete="off"
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
          />
          <Text size="xs" c="dimmed">
            {message}
          </Text>
          <Button type="submit">Continue</Button>
        </Stack>
      </form>
    </Paper>
  );
}
