import { Affix, Button, Group, Paper, Text } from '@mantine/core';
import { IconPlayerStop, IconRefresh } from '@tabler/icons-react';
import { useState } from 'react';
import type { RunSummary } from '../../api/run-filter.ts';
import { rerun, stopRun } from '../../api/runs.ts';
import { stateOf } from '../../parts/run-state.ts';
import { ManyRuns, type Work } from './many-runs.tsx';

interface Props {
  runs: RunSummary[];
  onClear: () => void;
}

/** What can be done with the runs that are selected. */
export function SelectionBar({ runs, onClear }: Props) {
  const [work, setWork] = useState<Work | null>(null);
  const open = runs.filter((run) => stateOf(run).isOpen);
  const stop = (): void =>
    setWork({ verb: 'Stop', color: 'red', runs: open, action: stopRun, said: STOP_SAID });
  const again = (): void =>
    setWork({ verb: 'Re-run', color: undefined, runs, action: rerun, said: AGAIN_SAID });
  return (
    <>
      {runs.length === 0 ? null : (
        <Affix
          withinPortal={false}
          position={{ bottom: 16, left: '50%' }}
          style={{ transform: 'translateX(-50%)' }}
        >
          <Paper withBorder shadow="md" p="xs" role="toolbar" aria-label="Selected runs">
            <Group gap="xs" wrap="nowrap">
              <Text size="sm" fw={600} style={{ whiteSpace: 'nowrap' }}>
                {runs.length} selected
              </Text>
              <Button
                size="xs"
                color="red"
                variant="light"
                disabled={open.length === 0}
                leftSection={<IconPlayerStop size={14} aria-hidden />}
                onClick={stop}
              >
                Stop{open.length === runs.length ? '' : ` ${open.length}`}
              </Button>
              <Button
                size="xs"
                variant="light"
                leftSection={<IconRefresh size={14} aria-hidden />}
                onClick={again}
              >
                Re-run
              </Button>
              <Button size="xs" variant="subtle" color="gray" onClick={onClear}>
                Clear
              </Button>
            </Group>
          </Paper>
        </Affix>
      )}
      {work === null ? null : (
        <ManyRuns
          work={work}
          onClose={(done) => {
            setWork(null);
            if (done) onClear();
          }}
        />
      )}
    </>
  );
}

const STOP_SAID = 'Their jobs are ended, and so are the runs that they started.';
const AGAIN_SAID = 'Each is launched again as it was, as a new run.';
