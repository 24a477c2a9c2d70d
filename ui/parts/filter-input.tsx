import { Autocomplete } from '@mantine/core';
import { useDebouncedCallback, useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { readSuggestions, type SuggestedField } from '../api/suggestions.ts';

interface Props {
  label: string;
  field: SuggestedField;
  /** What is in force; empty for nothing. */
  value: string;
  onValue: (value: string) => void;
  placeholder?: string;
  w?: number | string | { base: string; sm: number };
}

const TYPING_MS = 300;

/** A text by which a list is narrowed, with what there was before to choose from. */
export function FilterInput({ label, field, value, onValue, placeholder = label, w }: Props) {
  const [text, setText] = useState(value);
  const [asked] = useDebouncedValue(text, TYPING_MS);
  const [told, setTold] = useState(value);
  const tell = useDebouncedCallback((typed: string) => {
    setTold(typed);
    onValue(typed);
  }, TYPING_MS);
  // What is in force may change elsewhere too: a chip that is removed, the browser's Back.
  const [seen, setSeen] = useState(value);
  if (seen !== value) {
    setSeen(value);
    if (told !== value) {
      setTold(value);
      setText(value);
    }
  }
  const [open, setOpen] = useState(false);
  const suggestions = useQuery({
    queryKey: ['suggestions', field, asked],
    queryFn: () => readSuggestions(field, asked),
    enabled: open,
    staleTime: 30_000,
    placeholderData: keepPreviousData,
  });
  return (
    <Autocomplete
      size="xs"
      aria-label={label}
      placeholder={placeholder}
      value={text}
      data={suggestions.data ?? []}
      onChange={(typed) => {
        setText(typed);
        tell(typed.trim());
      }}
      onDropdownOpen={() => setOpen(true)}
      onDropdownClose={() => setOpen(false)}
      clearable
      {...(w === undefined ? {} : { w })}
    />
  );
}
