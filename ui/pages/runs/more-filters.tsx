import { Button, Indicator, Popover, Select, Stack, TagsInput, TextInput } from '@mantine/core';
import { IconFilter } from '@tabler/icons-react';
import { useState } from 'react';
import type { RunFilter } from '../../api/run-filter.ts';
import { FilterInput } from '../../parts/filter-input.tsx';
import { localTimeOf } from './local-time.ts';
import { withText } from './search.ts';

interface Props {
  filter: RunFilter;
  onFilter: (filter: RunFilter) => void;
}

const ENGINES = ['local', 'docker', 'eks', 'ecs', 'eks-spark'];
const OUTCOMES = [
  { value: 'succeeded', label: 'Succeeded' },
  { value: 'failed', label: 'Failed' },
];

/** Filters that are wanted less often. */
export function MoreFilters({ filter, onFilter }: Props) {
  const [opened, setOpened] = useState(false);
  const { group, engine, exit, env, queued_since: since, queued_until: until } = filter;
  const isUsed = [group, engine, exit, env, since, until].some((one) => one !== undefined);
  return (
    <Popover opened={opened} onChange={setOpened} position="bottom-start" trapFocus width={300}>
      <Popover.Target>
        <Indicator disabled={!isUsed} size={8}>
          <Button
            size="xs"
            variant="default"
            leftSection={<IconFilter size={14} aria-hidden />}
            onClick={() => setOpened((before) => !before)}
          >
            More filters
          </Button>
        </Indicator>
      </Popover.Target>
      <Popover.Dropdown>
        <Fields filter={filter} onFilter={onFilter} />
      </Popover.Dropdown>
    </Popover>
  );
}

function Fields({ filter, onFilter }: Props) {
  const { exit, env, ...rest } = filter;
  return (
    <Stack gap="xs">
      <FilterInput
        label="Group"
        placeholder="Group…"
        field="group"
        value={filter.group ?? ''}
        onValue={(value) => onFilter(withText(filter, 'group', value))}
      />
      <Select
        size="xs"
        label="Engine"
        data={ENGINES}
        value={filter.engine ?? null}
        onChange={(value) => onFilter(withText(filter, 'engine', value ?? ''))}
        comboboxProps={{ withinPortal: false }}
        clearable
      />
      <Select
        size="xs"
        label="Outcome"
        data={OUTCOMES}
        value={exit ?? null}
        onChange={(value) =>
          onFilter({
            ...rest,
            ...(env === undefined ? {} : { env }),
            ...(value === 'succeeded' || value === 'failed' ? { exit: value } : {}),
          })
        }
        comboboxProps={{ withinPortal: false }}
        clearable
      />
      <TagsInput
        size="xs"
        label="Environment"
        description="NAME=value, or NAME for any value"
        placeholder="NAME=value"
        splitChars={[]}
        value={env ?? []}
        onChange={(texts) =>
          onFilter({
            ...rest,
            ...(exit === undefined ? {} : { exit }),
            ...(texts.length === 0 ? {} : { env: texts }),
          })
        }
        comboboxProps={{ withinPortal: false }}
      />
      <Time filter={filter} onFilter={onFilter} name="queued_since" label="Queued after" />
      <Time filter={filter} onFilter={onFilter} name="queued_until" label="Queued before" />
    </Stack>
  );
}

interface TimeProps extends Props {
  name: 'queued_since' | 'queued_until';
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
        onFilter(withText(filter, name, local === '' ? '' : new Date(local).toISOString()))
      }
    />
  );
}
