import { Alert, Button, Group, List, Modal, Progress as Bar, Stack, Text } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import type { RunSummary } from '../../api/run-filter.ts';
import { forEachRun, type Progress } from '../../parts/for-each-run.ts';
import { RunName } from '../../parts/run-name.ts';
import { shortId } from '../../parts/short-id.ts';

/** Something to do with several runs, once it is confirmed. */
export interface Work {
  verb: string;
  color: string | undefined;
  runs: RunSummary[];
  action: (runId: string) => Promise<unknown>;
  /** What it means, for people. */
  said: string;
}

interface Props {
  work: Work;
  /** @param done true when it was done to all */
  onClose: (done: boolean) => void;
}

const NAMED = 8;

/** Asks, does it, shows how far it is and what failed. */
export function ManyRuns({ work, onClose }: Props) {
  const [progress, setProgress] = useState<Progress | null>(null);
  const ended = useRef(new AbortController());
  useEffect(() => {
    const controller = new AbortController();
    ended.current = controller;
    return () => controller.abort();
  }, []);
  const runsAll = async (): Promise<void> => {
    const ids = work.runs.map((run) => run.run_id);
    setProgress({ all: ids.length, done: 0, failures: [] });
    const result = await forEachRun(ids, work.action, setProgress, ended.current.signal);
    if (result.done === result.all && result.failures.length === 0) onClose(true);
  };
  const isOver = progress !== null && progress.done === progress.all;
  const count = work.runs.length === 1 ? '1 run' : `${work.runs.length} runs`;
  return (
    <Modal opened onClose={() => onClose(isOver)} title={`${work.verb} ${count}?`} centered>
      <Stack gap="sm">
        {progress === null ? <Names runs={work.runs} said={work.said} /> : null}
        {progress === null ? null : <HowFar progress={progress} />}
        <Group justify="flex-end" gap="xs">
          <Button size="xs" variant="default" onClick={() => onClose(isOver)}>
            {isOver ? 'Close' : 'Cancel'}
          </Button>
          {progress === null ? (
            <Button
              size="xs"
              data-autofocus
              {...(work.color === undefined ? {} : { color: work.color })}
              onClick={() => void runsAll()}
            >
              {work.verb} {count}
            </Button>
          ) : null}
        </Group>
      </Stack>
    </Modal>
  );
}

function Names({ runs, said }: { runs: RunSummary[]; said: string }) {
  const more = runs.length - NAMED;
  return (
    <>
      <Text size="sm">{said}</Text>
      <List size="sm" spacing={2}>
        {runs.slice(0, NAMED).map((run) => (
          <List.Item key={run.run_id}>
            <RunName run={run} />{' '}
            <Text span size="xs" ff="monospace" c="dimmed">
              {shortId(run.run_id)}
            </Text>
          </List.Item>
        ))}
      </List>
      {more > 0 ? (
        <Text size="sm" c="dimmed">
          and {more} more
        </Text>
      ) : null}
    </>
  );
}

function HowFar({ progress: { all, done, failures } }: { progress: Progress }) {
  return (
    <>
      <Bar value={(100 * done) / all} aria-label="Progress" />
      <Text size="sm" role="status">
        {done} of {all} done
      </Text>
      {failures.length === 0 ? null : (
        <Alert color="red" title={`${failures.length} failed`}>
          <List size="sm">
            {failures.slice(0, NAMED).map(({ runId, message }) => (
              <List.Item key={runId}>
                {shortId(runId)}: {message}
              </List.Item>
            ))}
          </List>
        </Alert>
      )}
    </>
  );
}
