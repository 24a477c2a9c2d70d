import { useForm, type UseFormReturnType } from '@mantine/form';
import { useRef, useState } from 'react';
import type { Schemas } from '../../../client/client.ts';
import { withoutEmptyRows } from '../../parts/env-rows.ts';
import { showRefusal } from '../../parts/refused-form.ts';
import { useLaunch } from '../../parts/use-launch.ts';
import { LAUNCH_INPUTS, launchOf, positionsOf, type LaunchValues } from './launch-values.ts';

export type LaunchFormState = UseFormReturnType<LaunchValues>;

/** The state of the form of a launch, and what became of sending it. */
export function useLaunchForm(definition: Schemas['Definition'], initial: LaunchValues) {
  const isLaunched = useRef(false);
  const form = useForm<LaunchValues>({ initialValues: initial });
  const [messages, setMessages] = useState<string[]>([]);
  const [sending, setSending] = useState(false);
  const launch = useLaunch();

  const submit = async (): Promise<void> => {
    const values = { ...form.values, env: withoutEmptyRows(form.values.env) };
    form.setFieldValue('env', values.env);
    form.clearErrors();
    setMessages([]);
    setSending(true);
    isLaunched.current = true;
    try {
      await launch(launchOf(definition, values));
    } catch (error) {
      isLaunched.current = false;
      const moved = (said: ReadonlyMap<string, string>) =>
        positionsOf(said, definition, values.env);
      setMessages(showRefusal(form, error, LAUNCH_INPUTS, moved));
    } finally {
      setSending(false);
    }
  };
  const isUnsaved = (): boolean => !isLaunched.current && form.isDirty();
  return { form, submit, sending, messages, isUnsaved };
}
