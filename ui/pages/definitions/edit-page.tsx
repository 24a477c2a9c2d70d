import { Title } from '@mantine/core';

export function NewDefinitionPage() {
  return <Title order={1}>NewDefinitionPage</Title>;
}

export function EditDefinitionPage() {
  return <Title order={1}>EditDefinitionPage</Title>;
}

export function CopyDefinitionPage() {
  return <Title order={1}>CopyDefinitionPage</Title>;
}
