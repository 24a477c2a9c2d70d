import { Button, Group, Pill } from '@mantine/core';
import type { RunFilter } from '../../api/run-filter.ts';
import { FilterInput } from '../../parts/filter-input.tsx';
import { MoreFilters } from './more-filters.tsx';
import { chipsOf, withValue, type TextFilter } from './search.ts';

interface Props {
  filter: RunFilter;
  onFilter: (filter: RunFilter) => void;
}

/** By what the list is narrowed. */
export function FilterBar({ filter, onFilter }: Props) {
  const set = (name: TextFilter, value: string): void => {
    if (value !== (filter[name] ?? '')) onFilter(withValue(filter, name, value));
  };
  return (
    <Group gap="xs" role="search" aria-label="Filter runs">
      <FilterInput
        label="Task contains"
        placeholder="Task…"
        field="alias"
        value={filter.alias_contains ?? ''}
        onValue={(value) => set('alias_contains', value)}
        w={{ base: '100%', sm: 200 }}
      />
      <FilterInput
        label="Owner"
        placeholder="Owner…"
        field="owner"
        value={filter.owner ?? ''}
        onValue={(value) => set('owner', value)}
        w={130}
      />
      <FilterInput
        label="Cluster"
        placeholder="Cluster…"
        field="cluster"
        value={filter.cluster ?? ''}
        onValue={(value) => set('cluster', value)}
        w={130}
      />
      <MoreFilters filter={filter} onFilter={onFilter} />
    </Group>
  );
}

/** What is set, each with a way to be rid of it. */
export function FilterChips({ filter, onFilter }: Props) {
  const chips = chipsOf(filter, (iso) => new Date(iso).toLocaleString());
  if (chips.length === 0) return null;
  return (
    <Group gap="xs" role="group" aria-label="Filters in force">
      {chips.map(({ label, without }) => (
        <Pill
          key={label}
          withRemoveButton
          removeButtonProps={{
            'aria-label': `Remove filter ${label}`,
            'aria-hidden': false,
            tabIndex: 0,
          }}
          onRemove={() => onFilter(without)}
        >
          {label}
        </Pill>
      ))}
      <Button
        size="compact-xs"
        variant="subtle"
        onClick={() => onFilter(filter.status === undefined ? {} : { status: filter.status })}
      >
        Clear
      </Button>
    </Group>
  );
}
