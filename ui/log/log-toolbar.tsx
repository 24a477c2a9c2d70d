import { ActionIcon, Button, Group, Switch, Text, TextInput } from '@mantine/core';
import {
  IconArrowBarToDown,
  IconChevronDown,
  IconChevronUp,
  IconDownload,
  IconSearch,
} from '@tabler/icons-react';
import { useState } from 'react';
import { downloadLog } from './download.ts';
import type { LogState } from './log-source.ts';
import type { LogSearch } from './use-log-search.ts';

interface Props {
  runId: string;
  attempt: number | null;
  state: LogState;
  wrap: boolean;
  times: boolean;
  text: string;
  search: LogSearch;
  following: boolean;
  onWrap: (wrap: boolean) => void;
  onTimes: (times: boolean) => void;
  onText: (text: string) => void;
  onShow: (line: number) => void;
  onEnd: () => void;
}

/** What can be done with a log: search, times, wrap, go to the end, download. */
export function LogToolbar(props: Props) {
  const { state, wrap, times, text, search, following } = props;
  // Of this search: another one begins anew.
  const [place, setPlace] = useState<{ search: LogSearch; at: number } | null>(null);
  const at = place?.search === search ? place.at : null;
  const { length } = search.lines;
  const go = (step: number): void => {
    if (length === 0) return;
    const next = at === null ? (step > 0 ? 0 : length - 1) : (at + step + length) % length;
    setPlace({ search, at: next });
    props.onShow(search.lines[next] ?? 1);
  };
  return (
    <Group gap="xs" justify="space-between">
      <Group gap={4} wrap="nowrap">
        <TextInput
          size="xs"
          w={220}
          aria-label="Search the log"
          placeholder="Search the log"
          leftSection={<IconSearch size={14} />}
          value={text}
          onChange={(event) => props.onText(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key === 'Enter') go(event.shiftKey ? -1 : 1);
          }}
        />
        <Step label="Previous match" icon={IconChevronUp} onClick={() => go(-1)} {...{ length }} />
        <Step label="Next match" icon={IconChevronDown} onClick={() => go(1)} {...{ length }} />
        <Text size="xs" c="dimmed" component="output">
          {countText(search, at)}
        </Text>
      </Group>
      <Group gap="sm">
        <Text size="xs" c="dimmed">
          {(state.total ?? 0).toLocaleString()} lines{state.complete ? '' : ', growing'}
        </Text>
        {state.timed ? (
          <Switch
            size="xs"
            label="Times"
            checked={times}
            onChange={(event) => props.onTimes(event.currentTarget.checked)}
          />
        ) : null}
        <Switch
          size="xs"
          label="Wrap"
          checked={wrap}
          onChange={(event) => props.onWrap(event.currentTarget.checked)}
        />
        <ActionIcon
          variant={following ? 'light' : 'default'}
          aria-label="Go to the end"
          onClick={props.onEnd}
        >
          <IconArrowBarToDown size={16} />
        </ActionIcon>
        <Button
          size="compact-xs"
          variant="default"
          leftSection={<IconDownload size={14} />}
          onClick={() => void downloadLog(props.runId, props.attempt)}
        >
          Download
        </Button>
      </Group>
    </Group>
  );
}

interface StepProps {
  label: string;
  icon: typeof IconChevronUp;
  length: number;
  onClick: () => void;
}

function Step({ label, icon: Icon, length, onClick }: StepProps) {
  return (
    <ActionIcon variant="subtle" aria-label={label} disabled={length === 0} onClick={onClick}>
      <Icon size={16} />
    </ActionIcon>
  );
}

function countText(search: LogSearch, at: number | null): string {
  const { text, lines, done, cut, error } = search;
  if (text === '') return '';
  if (error !== null) return error.message;
  if (!done) return 'searching…';
  if (lines.length === 0) return cut ? 'no match so far' : 'no match';
  const count = `${lines.length.toLocaleString()}${cut ? '+' : ''}`;
  return at === null ? `${count} lines` : `${at + 1} of ${count}`;
}
