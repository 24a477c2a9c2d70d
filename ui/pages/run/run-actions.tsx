import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { IconPencil, IconPlayerStop, IconRefresh } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import type { Schemas } from '../../../client/client.ts';
import { readChildren } from '../../api/run-parts.ts';
import { rerun, stopRun } from '../../api/runs.ts';
import { messageOf } from '../../parts/message.ts';
import { RefusalText } from '../../parts/refusal-text.tsx';
import { useRunName } from '../../parts/run-name.ts';
import { stateOf } from '../../parts/run-state.ts';
import { paths } from '../../paths.ts';
import { CopyCurl } from './copy-curl.tsx';

/** What can be done with a run. */
export function RunActions({ run }: { run: Schemas['Run'] }) {
  const { definition_id: definitionId, template_id: templateId } = run;
  return (
    <Group gap="xs" role="group" aria-label="Actions">
      {templateId === null ? <CopyCurl run={run} /> : null}
      {definitionId === null && templateId === null ? null : (
        <Button
          size="xs"
          variant="default"
          renderRoot={(props) => (
            <Link
              {...props}
              to={
                definitionId === null
                  ? paths.launchTemplate(templateId ?? '')
                  : paths.launch(definitionId)
              }
              search={{ from: run.run_id }}
            />
          )}
          leftSection={<IconPencil size={14} aria-hidden />}
        >
          Re-run with changes
        </Button>
      )}
      <Rerun run={run} />
      {stateOf(run).isOpen ? <Stop run={run} /> : null}
    </Group>
  );
}

function Rerun({ run }: { run: Schemas['Run'] }) {
  const name = useRunName(run);
  const navigate = useNavigate();
  const again = useMutation({
    mutationFn: () => rerun(run.run_id),
    onSuccess: (next) => {
      notifications.show({ color: 'green', message: `${name} is launched again.` });
      return navigate({ to: paths.run(next.run_id) });
    },
    onError: (error) =>
      notifications.show({ color: 'red', title: 'Not launched', message: messageOf(error) }),
  });
  return (
    <Button
      size="xs"
      variant="light"
      loading={again.isPending}
      onClick={() => again.mutate()}
      leftSection={<IconRefresh size={14} aria-hidden />}
    >
      Re-run
    </Button>
  );
}

function Stop({ run }: { run: Schemas['Run'] }) {
  const name = useRunName(run);
  const [opened, { open, close }] = useDisclosure(false);
  const asked = run.stop_requested_at !== null;
  return (
    <>
      <Button
        size="xs"
        color="red"
        variant={asked ? 'default' : 'filled'}
        disabled={asked}
        onClick={open}
        leftSection={<IconPlayerStop size={14} aria-hidden />}
      >
        {asked ? 'Stopping…' : 'Stop'}
      </Button>
      <Modal opened={opened} onClose={close} title={`Stop ${name}?`} centered>
        <AskStop runId={run.run_id} onClose={close} />
      </Modal>
    </>
  );
}

function AskStop({ runId, onClose }: { runId: string; onClose: () => void }) {
  const children = useQuery({
    queryKey: ['children', runId],
    queryFn: () => readChildren(runId, null),
  });
  const stop = useMutation({ mutationFn: () => stopRun(runId), onSuccess: onClose });
  const started = children.data?.total.value ?? 0;
  return (
    <Stack gap="sm">
      <Text size="sm">
        Its job is asked to end, and is killed when it does not.
        {started === 0 ? '' : ` So are the runs that it started, of which there are ${started}.`}
      </Text>
      <RefusalText error={stop.error} />
      <Group justify="flex-end" gap="xs">
        <Button size="xs" variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button
          size="xs"
          color="red"
          data-autofocus
          loading={stop.isPending}
          onClick={() => stop.mutate()}
        >
          Stop the run
        </Button>
      </Group>
    </Stack>
  );
}
