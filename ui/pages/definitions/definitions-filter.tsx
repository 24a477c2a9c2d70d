import { CloseButton, Group, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import type { DefinitionFilter } from '../../api/definition-queries.ts';
import { SuggestingInput } from '../../parts/suggesting-input.tsx';
import { searchOf } from '../../parts/search-of.ts';
import { paths } from '../../paths.ts';

const WAIT_MS = 250;

/** The filter is the address: it is written there a moment after the last key. */
export function DefinitionsFilter({ filter }: { filter: DefinitionFilter }) {
  const navigate = useNavigate();
  const [alias, setAlias] = useField(filter, 'alias_contains');
  const [group, setGroup] = useField(filter, 'group_name');
  const [image, setImage] = useField(filter, 'image_contains');
  const write = useDebouncedCallback((search: Record<string, string>) => {
    void navigate({ to: paths.definitions(), search: searchOf(search), replace: true });
  }, WAIT_MS);
  const change = (named: DefinitionFilter): void => {
    const all = { alias_contains: alias, group_name: group, image_contains: image, ...named };
    write(Object.fromEntries(Object.entries(all).filter(([, value]) => value !== '')));
  };
  const clear = (label: string, onClear: () => void) => (
    <CloseButton size="sm" aria-label={label} onClick={onClear} />
  );
  const setAndChange = (set: (value: string) => void, key: keyof DefinitionFilter) => {
    return (value: string): void => {
      set(value);
      change({ [key]: value });
    };
  };
  const onAlias = setAndChange(setAlias, 'alias_contains');
  const onGroup = setAndChange(setGroup, 'group_name');
  const onImage = setAndChange(setImage, 'image_contains');
  return (
    <Group gap="xs" mb="sm" role="search" aria-label="Tasks">
      <TextInput
        {...FIELD}
        aria-label="Alias contains"
        placeholder="Alias contains"
        leftSection={<IconSearch size={16} stroke={1.6} />}
        value={alias}
        onChange={(event) => onAlias(event.currentTarget.value)}
        rightSection={alias === '' ? null : clear('Any alias', () => onAlias(''))}
      />
      <SuggestingInput
        {...FIELD}
        aria-label="Group"
        placeholder="Group"
        field="group"
        value={group}
        onChange={onGroup}
        rightSection={group === '' ? null : clear('Any group', () => onGroup(''))}
      />
      <TextInput
        {...FIELD}
        aria-label="Image contains"
        placeholder="Image contains"
        value={image}
        onChange={(event) => onImage(event.currentTarget.value)}
        rightSection={image === '' ? null : clear('Any image', () => onImage(''))}
      />
    </Group>
  );
}

const FIELD = { size: 'sm', flex: '1 1 10rem' } as const;

/** What is typed, until the address says otherwise by something else than this field. */
function useField(filter: DefinitionFilter, key: keyof DefinitionFilter) {
  const said = filter[key] ?? '';
  const [text, setText] = useState(said);
  const written = useRef(said);
  useEffect(() => {
    if (written.current === said) return;
    written.current = said;
    setText(said);
  }, [said]);
  const set = (value: string): void => {
    written.current = value;
    setText(value);
  };
  return [text, set] as const;
}
