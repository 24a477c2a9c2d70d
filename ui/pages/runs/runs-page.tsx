import { Title } from '@mantine/core';

export function RunsPage() {
  return <Title order={1}>RunsPage</Title>;
}
