import { Anchor, Box, Group, Stack, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { Fragment, type ReactNode } from 'react';
import { searchOf } from './search-of.ts';

export interface BarRow {
  key: string;
  label: ReactNode;
  /** What the bar is made of, from its beginning. */
  parts: { value: number; color: string; word: string }[];
  /** At the end of the row. */
  text: ReactNode;
  to: string;
  search?: Record<string, unknown>;
}

/** Bars that lie on each other, each a link; the longest takes the whole width. */
export function BarList({ rows, label }: { rows: BarRow[]; label: string }) {
  const most = Math.max(1, ...rows.map(totalOf));
  return (
    <Stack gap={8} component="ul" aria-label={label} p={0} m={0} style={{ listStyle: 'none' }}>
      {rows.map((row) => (
        <li key={row.key}>
          <Group justify="space-between" wrap="nowrap" gap="xs">
            <Anchor
              component={Link}
              to={row.to}
              search={searchOf(row.search ?? {})}
              size="sm"
              truncate
            >
              {row.label}
            </Anchor>
            <Text size="xs" c="dimmed" style={{ whiteSpace: 'nowrap' }}>
              {row.text}
            </Text>
          </Group>
          <Group gap={1} h={8} wrap="nowrap" aria-hidden>
            {row.parts.map(({ value, color, word }) => (
              <Fragment key={word}>
                {value === 0 ? null : (
                  <Box
                    h={8}
                    miw={2}
                    title={`${value} ${word}`}
                    bg={`${color}.6`}
                    w={`${(100 * value) / most}%`}
                    style={{ borderRadius: 2 }}
                  />
                )}
              </Fragment>
            ))}
          </Group>
        </li>
      ))}
    </Stack>
  );
}

function totalOf({ parts }: BarRow): number {
  return parts.reduce((sum, { value }) => sum + value, 0);
}
