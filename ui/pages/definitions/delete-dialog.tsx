import { Alert, Button, Checkbox, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { Schemas } from '../../../client/client.ts';
import { answerOf, api } from '../../api/client.ts';
import { runsCountQuery } from '../../api/insight-queries.ts';
import { messageOf } from '../../parts/message.ts';
import { Failure, Loading } from '../../parts/states.tsx';
import { paths } from '../../paths.ts';

export interface DeleteDialogProps {
  definition: Schemas['Definition'];
  opened: boolean;
  onClose: () => void;
}

/** Says what a deletion means for the runs there are, and wants the alias typed when there are any. */
export function DeleteDialog({ definition, opened, onClose }: DeleteDialogProps) {
  return (
    <Modal opened={opened} onClose={onClose} title={`Delete ${definition.alias}?`}>
      <Question definition={definition} onClose={onClose} />
    </Modal>
  );
}

type QuestionProps = Omit<DeleteDialogProps, 'opened'>;

function Question({ definition, onClose }: QuestionProps) {
  const { definition_id: id, alias } = definition;
  const count = useQuery(runsCountQuery(id));
  const [typed, setTyped] = useState('');
  const [stop, setStop] = useState(false);
  const remove = useDelete(definition, stop);
  if (count.data === undefined)
    return count.error === null ? (
      <Loading what="how many runs it has" />
    ) : (
      <Failure error={count.error} onRetry={() => void count.refetch()} />
    );
  const { runs, open, exact } = count.data;
  const number = `${exact ? '' : 'more than '}${runs === 1 ? '1 run' : `${runs} runs`}`;
  const isSure = (runs === 0 || typed === alias) && (open === 0 || stop);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (isSure) remove.mutate();
      }}
    >
      <Stack gap="sm">
        <Text size="sm">
          {runs === 0
            ? 'It was never launched. Nobody will be able to launch it any more.'
            : `It was launched before: ${number}. They stay in the history with their logs, but nobody will be able to launch it any more.`}
        </Text>
        {open === 0 ? null : (
          <Checkbox
            label={
              open === 1
                ? 'Stop the run that is not over'
                : `Stop the ${open} runs that are not over`
            }
            checked={stop}
            onChange={(event) => setStop(event.currentTarget.checked)}
          />
        )}
        {runs === 0 ? null : (
          <TextInput
            label={`Type ${alias} to confirm`}
            autoComplete="off"
            data-autofocus
            value={typed}
            onChange={(event) => setTyped(event.currentTarget.value)}
          />
        )}
        {remove.error === null ? null : (
          <Alert color="red" role="alert">
            {messageOf(remove.error)}
          </Alert>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Keep it
          </Button>
          <Button color="red" type="submit" disabled={!isSure} loading={remove.isPending}>
            Delete
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function useDelete({ definition_id: id, alias }: Schemas['Definition'], stop: boolean) {
  const client = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: () =>
      answerOf(
        api.DELETE('/api/v8/definitions/{definition_id}', {
          params: { path: { definition_id: id }, query: { stop: stop ? 'true' : 'false' } },
        }),
      ),
    onSuccess: async () => {
      await navigate({ to: paths.definitions() });
      client.removeQueries({ queryKey: ['definition', id] });
      void client.invalidateQueries({ queryKey: ['definitions'] });
      notifications.show({ message: `${alias} is deleted.` });
    },
  });
}
