import { useForm, type UseFormReturnType } from '@mantine/form';
import { useState } from 'react';
import { withoutEmptyRows } from '../../parts/env-rows.ts';
import { showRefusal } from '../../parts/refused-form.ts';
import { DEFINITION_INPUTS, type DefinitionValues } from './definition-values.ts';

export type DefinitionForm = UseFormReturnType<DefinitionValues>;

const PORT = /^\d{1,5}$/;
const EXIT_CODE = /^\d{1,3}$/;

/** The state of the form of a definition, and what became of sending it. */
export function useDefinitionForm(
  initial: DefinitionValues,
  save: (values: DefinitionValues) => Promise<void>,
) {
  const form = useForm<DefinitionValues>({
    initialValues: initial,
    validate: {
      ports: (ports) => notOf(ports, PORT, 'is no port'),
      retry_policy: {
        exit_codes: (codes) => notOf(codes, EXIT_CODE, 'is no exit code'),
      },
    },
  });
  const [messages, setMessages] = useState<string[]>([]);
  const [saving, setSaving] = useState(false);

  const submit = async (): Promise<void> => {
    // Positions that the server names are those that are shown.
    const values = { ...form.values, env: withoutEmptyRows(form.values.env) };
    form.setFieldValue('env', values.env);
    form.clearErrors();
    setMessages([]);
    if (form.validate().hasErrors) return;
    setSaving(true);
    try {
      await save(values);
    } catch (error) {
      setMessages(showRefusal(form, error, DEFINITION_INPUTS));
    } finally {
      setSaving(false);
    }
  };
  return { form, submit, saving, messages };
}

function notOf(texts: readonly string[], pattern: RegExp, what: string): string | null {
  const wrong = texts.filter((text) => !pattern.test(text));
  return wrong.length === 0 ? null : `${wrong.join(', ')} ${what}`;
}
