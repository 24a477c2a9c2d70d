import { Title } from '@mantine/core';

export function LaunchPage() {
  return <Title order={1}>LaunchPage</Title>;
}
