import { Alert, Button, Group, List, Menu, Modal, Progress, Stack, Text } from '@mantine/core';
import { IconChevronDown } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { abortBulk, previewBulk, readBulk, startBulk } from '../../api/bulk.ts';
import type { BulkAction, BulkVerb } from '../../api/bulk.ts';
import type { RunFilter } from '../../api/run-filter.ts';
import { messageOf } from '../../parts/message.ts';
import { RunName } from '../../parts/run-name.ts';
import { shortId } from '../../parts/short-id.ts';

const LOOK_AGAIN_MS = 500;
const WORDS: Record<BulkVerb, { verb: string; said: string; done: string }> = {
  stop: {
    verb: 'Stop',
    said: 'Those that are not over are stopped, and so are the runs that they started.',
    done: 'stopped',
  },
  rerun: {
    verb: 'Re-run',
    said: 'Those that are over are launched again as they were, each as a new run.',
    done: 'launched again',
  },
};

/** What can be done with all runs that match the filter, also those that the page does not hold. */
export function AllMatching({ filter }: { filter: RunFilter }) {
  const [verb, setVerb] = useState<BulkVerb | null>(null);
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <Button
            size="xs"
            variant="default"
            rightSection={<IconChevronDown size={14} aria-hidden />}
          >
            All matching
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item color="red" onClick={() => setVerb('stop')}>
            Stop all that match…
          </Menu.Item>
          <Menu.Item onClick={() => setVerb('rerun')}>Re-run all that match…</Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {verb === null ? null : (
        <Modal
          opened
          centered
          onClose={() => setVerb(null)}
          title={`${WORDS[verb].verb} all runs that match?`}
        >
          <Bulk verb={verb} filter={filter} onClose={() => setVerb(null)} />
        </Modal>
      )}
    </>
  );
}

interface BulkProps {
  verb: BulkVerb;
  filter: RunFilter;
  onClose: () => void;
}

/** Asks with what it would concern, then shows how far it is. */
function Bulk({ verb, filter, onClose }: BulkProps) {
  const preview = useQuery({
    queryKey: ['bulk preview', verb, filter],
    queryFn: () => previewBulk(verb, filter),
    staleTime: 0,
  });
  const start = useMutation({ mutationFn: () => startBulk(verb, filter) });
  if (start.data !== undefined) return <HowFar started={start.data} onClose={onClose} />;
  const { verb: word, said } = WORDS[verb];
  const error = start.error ?? preview.error;
  const runs = preview.data?.runs ?? 0;
  const count = `${preview.data?.exact === false ? 'about ' : ''}${runs.toLocaleString()}`;
  return (
    <Stack gap="sm">
      <Text size="sm">{said}</Text>
      {error === null ? (
        <Text size="sm" fw={600} role="status">
          {preview.data === undefined ? 'counting…' : `${count} ${runs === 1 ? 'run' : 'runs'}`}
        </Text>
      ) : (
        <Alert color="red" role="alert">
          {messageOf(error)}
        </Alert>
      )}
      <List size="sm" spacing={2}>
        {preview.data?.sample.map((run) => (
          <List.Item key={run.run_id}>
            <RunName run={run} />{' '}
            <Text span size="xs" ff="monospace" c="dimmed">
              {shortId(run.run_id)}
            </Text>
          </List.Item>
        ))}
      </List>
      <Group justify="flex-end" gap="xs">
        <Button size="xs" variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button
          size="xs"
          {...(verb === 'stop' ? { color: 'red' } : {})}
          disabled={runs === 0}
          loading={start.isPending}
          onClick={() => start.mutate()}
        >
          {word} {count}
        </Button>
      </Group>
    </Stack>
  );
}

function HowFar({ started, onClose }: { started: BulkAction; onClose: () => void }) {
  const id = started.bulk_id;
  const look = useQuery({
    queryKey: ['bulk', id],
    queryFn: () => readBulk(id),
    initialData: started,
    refetchInterval: ({ state }) => (state.data?.state === 'running' ? LOOK_AGAIN_MS : false),
  });
  const abort = useMutation({ mutationFn: () => abortBulk(id) });
  const { state, matching, done, skipped, failed, failures } = look.data;
  const all = done + skipped + failed;
  const isRunning = state === 'running';
  return (
    <Stack gap="sm">
      <Progress
        value={isRunning ? (100 * all) / Math.max(matching, all, 1) : 100}
        aria-label="Progress"
      />
      <Text size="sm" role="status">
        {done.toLocaleString()} {WORDS[look.data.action].done}
        {skipped === 0 ? '' : `, ${skipped.toLocaleString()} needed nothing`}
        {state === 'aborted' ? '; aborted' : ''}
        {state === 'done' ? '. That is all of them.' : ''}
      </Text>
      {failed === 0 ? null : (
        <Alert color="red" title={`${failed.toLocaleString()} failed`}>
          <List size="sm">
            {failures.map(({ run_id: runId, detail }) => (
              <List.Item key={runId}>
                {shortId(runId)}: {detail}
              </List.Item>
            ))}
          </List>
        </Alert>
      )}
      <Group justify="flex-end" gap="xs">
        {isRunning ? (
          <Text size="xs" c="dimmed">
            It goes on when this is closed.
          </Text>
        ) : null}
        {isRunning ? (
          <Button
            size="xs"
            variant="default"
            loading={abort.isPending}
            onClick={() => abort.mutate()}
          >
            Abort
          </Button>
        ) : null}
        <Button size="xs" onClick={onClose}>
          Close
        </Button>
      </Group>
    </Stack>
  );
}
