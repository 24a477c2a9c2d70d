import { Title } from '@mantine/core';

export function DefinitionPage() {
  return <Title order={1}>DefinitionPage</Title>;
}
