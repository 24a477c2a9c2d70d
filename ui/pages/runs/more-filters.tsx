import { Button, Indicator, Popover, Select, Stack, TagsInput, TextInput } from '@mantine/core';
import { IconFilter } from '@tabler/icons-react';
import { useState } from 'react';
import { ENGINES, type RunFilter } from '../../api/run-filter.ts';
import { FilterInput } from '../../parts/filter-input.tsx';
import { localTimeOf } from './local-time.ts';
import { withValue } from './search.ts';

interface Props {
  filter: RunFilter;
  onFilter: (filter: RunFilter) => void;
}

const OUTCOMES = [
  { value: 'succeeded', label: 'Succeeded' },
  { value: 'failed', label: 'Failed' },
] as const;

const TIMES = [
  { name: 'queued_since', label: 'Queued after' },
  { name: 'queued_until', label: 'Queued before' },
  { name: 'finished_since', label: 'Ended after' },
  { name: 'finished_until', label: 'Ended before' },
] as const;

/** Filters that are wanted less often. */
export function MoreFilters({ filter, onFilter }: Props) {
  const [opened, setOpened] = useState(false);
  const { group, engine, exit, env } = filter;
  const times = TIMES.map(({ name }) => filter[name]);
  const isUsed = [group, engine, exit, env, ...times].some((one) => one !== undefined);
  return (
    <Popover opened={opened} onChange={setOpened} position="bottom-start" trapFocus width={300}>
      <Indicator disabled={!isUsed} size={8}>
        <Popover.Target>
          <Button
            size="xs"
            variant="default"
            leftSection={<IconFilter size={14} aria-hidden />}
            onClick={() => setOpened((before) => !before)}
          >
            More filters
          </Button>
        </Popover.Target>
      </Indicator>
      <Popover.Dropdown>
        <Fields filter={filter} onFilter={onFilter} />
      </Popover.Dropdown>
    </Popover>
  );
}

function Fields({ filter, onFilter }: Props) {
  return (
    <Stack gap="xs">
      <FilterInput
        label="Group"
        placeholder="Group…"
        field="group"
        value={filter.group ?? ''}
        onValue={(value) => onFilter(withValue(filter, 'group', value))}
      />
      <Select
        size="xs"
        label="Engine"
        data={ENGINES}
        value={filter.engine ?? null}
        onChange={(value) => onFilter(withValue(filter, 'engine', value ?? undefined))}
        comboboxProps={{ withinPortal: false }}
        clearable
      />
      <Select
        size="xs"
        label="Outcome"
        data={OUTCOMES}
        value={filter.exit ?? null}
        onChange={(value) => onFilter(withValue(filter, 'exit', value ?? undefined))}
        comboboxProps={{ withinPortal: false }}
        clearable
      />
      <TagsInput
        size="xs"
        label="Environment"
        description="NAME=value, or NAME for any value"
        placeholder="NAME=value"
        splitChars={[]}
        value={filter.env ?? []}
        onChange={(texts) => onFilter(withValue(filter, 'env', texts))}
        comboboxProps={{ withinPortal: false }}
      />
      {TIMES.map((time) => (
        <Time key={time.name} filter={filter} onFilter={onFilter} {...time} />
      ))}
    </Stack>
  );
}

interface TimeProps extends Props {
  name: (typeof TIMES)[number]['name'];
  label: string;
}

function Time({ filter, onFilter, name, label }: TimeProps) {
  const value = filter[name];
  return (
    <TextInput
      size="xs"
      type="datetime-local"
      label={label}
      value={value === undefined ? '' : localTimeOf(value)}
      onChange={({ currentTarget: { value: local } }) =>
        onFilter(withValue(filter, name, local === '' ? '' : new Date(local).toISOString()))
      }
    />
  );
}
