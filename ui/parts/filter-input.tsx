import { useDebouncedCallback } from '@mantine/hooks';
import { useState } from 'react';
import type { SuggestedField } from '../api/insight-queries.ts';
import { SuggestingInput } from './suggesting-input.tsx';

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
  return (
    <SuggestingInput
      field={field}
      size="xs"
      aria-label={label}
      placeholder={placeholder}
      value={text}
      onChange={(typed) => {
        setText(typed);
        tell(typed.trim());
      }}
      clearable
      {...(w === undefined ? {} : { w })}
    />
  );
}
