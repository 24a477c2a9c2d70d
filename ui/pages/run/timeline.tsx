import { Box, Group, Stack, Text, Tooltip } from '@mantine/core';
import type { Schemas } from '../../../client/client.ts';
import { stateOf } from '../../parts/run-state.ts';
import { durationText } from '../../parts/time-text.ts';
import { useNow } from '../../parts/use-now.ts';
import {
  ticksOf,
  timelineOf,
  type Lane,
  type Span,
  type Timeline as Times,
} from './timeline-spans.ts';

interface Props {
  run: Schemas['Run'];
  transitions: Schemas['Transition'][];
  attempts: Schemas['Attempt'][];
}

const LABEL_PX = 78;
const BAR_PX = 22;
/** A span of a wide run that is too short to be seen is drawn so wide. */
const LEAST_PX = 3;
/** Percent of the width that a duration in a bar needs. */
const TEXT_PERCENT = 9;
/** The same in a narrow window. */
const NARROW_TEXT_PERCENT = 32;

/** Where a run's time went, to scale: a row for each attempt, a bar for each status. */
export function Timeline({ run, transitions, attempts }: Props) {
  const now = useNow(stateOf(run).isOpen);
  const times = timelineOf(transitions, now);
  if (times === null) return null;
  return (
    <Stack gap={4} component="figure" m={0} aria-label="Timeline">
      {times.lanes.map((lane) => (
        <LaneRow
          key={lane.attempt}
          lane={lane}
          times={times}
          single={times.lanes.length === 1}
          end={attempts.find(({ attempt }) => attempt === lane.attempt)}
        />
      ))}
      <Scale times={times} />
    </Stack>
  );
}

interface LaneProps {
  lane: Lane;
  times: Times;
  single: boolean;
  end: Schemas['Attempt'] | undefined;
}

function LaneRow({ lane, times, single, end }: LaneProps) {
  const name = single ? 'Time' : `Attempt ${lane.attempt}`;
  const outcome = end?.state === 'ended' ? (end.evidence ?? end.exit_reason) : null;
  return (
    <Group gap={0} wrap="nowrap" align="center">
      <Text size="xs" c="dimmed" w={LABEL_PX} style={{ flexShrink: 0 }}>
        {name}
      </Text>
      <Box pos="relative" h={BAR_PX} flex={1} bg="var(--mantine-color-default-hover)">
        {lane.spans.map((span) => (
          <Bar key={`${span.status} ${span.from}`} span={span} times={times} outcome={outcome} />
        ))}
      </Box>
    </Group>
  );
}

interface BarProps {
  span: Span;
  times: Times;
  outcome: string | null;
}

function Bar({ span, times, outcome }: BarProps) {
  const length = Math.max(1, times.to - times.from);
  const left = (100 * (span.from - times.from)) / length;
  const width = (100 * (span.to - span.from)) / length;
  const { word, color } = stateOf({ status: span.status, exit_code: null });
  const took = durationText(span.to - span.from);
  const end = span.status === 'RUNNING' && outcome !== null ? [outcome] : [];
  const notes = [...new Set([...span.notes, ...end])];
  const title = `${word} ${took}${span.open ? ' so far' : ''}`;
  return (
    <Tooltip
      multiline
      maw={420}
      label={[title, ...notes].join('\n')}
      style={{ whiteSpace: 'pre-wrap' }}
    >
      <Box
        role="img"
        tabIndex={0}
        aria-label={[title, ...notes].join('; ')}
        pos="absolute"
        h="100%"
        left={`min(${left}%, calc(100% - ${LEAST_PX}px))`}
        w={`max(${width}%, ${LEAST_PX}px)`}
        bg={`var(--mantine-color-${color}-light)`}
        style={{
          borderInlineStart: `${LEAST_PX}px solid var(--mantine-color-${color}-filled)`,
          overflow: 'hidden',
          whiteSpace: 'nowrap',
        }}
      >
        {width < TEXT_PERCENT ? null : (
          <Text
            size="xs"
            px={6}
            lh={`${BAR_PX}px`}
            truncate
            fw={500}
            {...(width < NARROW_TEXT_PERCENT ? { visibleFrom: 'sm' } : {})}
          >
            {word} {took}
          </Text>
        )}
      </Box>
    </Tooltip>
  );
}

function Scale({ times }: { times: Times }) {
  const length = Math.max(1, times.to - times.from);
  return (
    <Group gap={0} wrap="nowrap" aria-hidden>
      <Box w={LABEL_PX} style={{ flexShrink: 0 }} />
      <Box pos="relative" h={16} flex={1}>
        {ticksOf(length).map((tick) => (
          <Text
            key={tick}
            pos="absolute"
            left={`${(100 * tick) / length}%`}
            fz={10}
            c="dimmed"
            style={{ transform: 'translateX(-50%)', whiteSpace: 'nowrap' }}
          >
            {durationText(tick).replace('.0 ', ' ')}
          </Text>
        ))}
      </Box>
    </Group>
  );
}
