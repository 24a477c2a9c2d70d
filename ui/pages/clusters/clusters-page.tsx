import { Title } from '@mantine/core';

export function ClustersPage() {
  return <Title order={1}>ClustersPage</Title>;
}
