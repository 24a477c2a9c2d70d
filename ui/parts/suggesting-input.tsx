import { Autocomplete, type AutocompleteProps } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { suggestionsQuery, type SuggestedField } from '../api/insight-queries.ts';

export interface SuggestingInputProps extends Omit<AutocompleteProps, 'data'> {
  field: SuggestedField;
}

const WAIT_MS = 150;

/** A text, with what is in use already at hand. Where that cannot be had it is a text. */
export function SuggestingInput({ field, value = '', ...props }: SuggestingInputProps) {
  const [prefix] = useDebouncedValue(value, WAIT_MS);
  const [open, setOpen] = useState(false);
  const { data } = useQuery({
    ...suggestionsQuery(field, prefix),
    enabled: open,
    retry: false,
    placeholderData: keepPreviousData,
  });
  return (
    <Autocomplete
      {...props}
      value={value}
      data={data ?? []}
      filter={({ options }) => options}
      onDropdownOpen={() => setOpen(true)}
      onDropdownClose={() => setOpen(false)}
    />
  );
}
