import { Box, Text } from '@mantine/core';
import type { ReactNode } from 'react';

/** Facts, side by side as far as there is room. */
export function Facts({ children, label }: { children: ReactNode; label: string }) {
  return (
    <Box
      component="dl"
      m={0}
      aria-label={label}
      display="flex"
      style={{ flexWrap: 'wrap', columnGap: 28, rowGap: 8 }}
    >
      {children}
    </Box>
  );
}

/** One fact; nothing where it is not known. */
export function Fact({ name, children }: { name: string; children: ReactNode }) {
  if (children === null || children === undefined || children === '') return null;
  return (
    <Box maw="100%">
      <Text component="dt" size="xs" c="dimmed">
        {name}
      </Text>
      <Text component="dd" size="sm" m={0} style={{ overflowWrap: 'anywhere' }}>
        {children}
      </Text>
    </Box>
  );
}
