import './log.css';
import { Button, Group, Stack, Text } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import { Empty, Failure, Loading } from '../parts/states.tsx';
import { LogScroller } from './log-scroller.tsx';
import { LogSource } from './log-source.ts';
import { LogToolbar } from './log-toolbar.tsx';
import { useLogSearch } from './use-log-search.ts';
import { useRemembered } from './use-remembered.ts';

interface Props {
  runId: string;
  /** Counts from 1; null for the latest one. */
  attempt: number | null;
}

/**
 * The log of an attempt: its end as it grows, any part of it, a search. The line that `line` in the
 * address names is shown and marked.
 */
export function LogViewer({ runId, attempt }: Props) {
  const source = useMemo(() => new LogSource(runId, attempt), [runId, attempt]);
  useEffect(() => source.start(), [source]);
  const state = useSyncExternalStore(source.subscribe, () => source.state);
  const { marked, pick, hrefOf } = useMarkedLine();
  // A log that grows is followed, one that is whole read from its beginning, until the reader moves.
  const [chosen, setFollowing] = useState<boolean | null>(marked === null ? null : false);
  const following = chosen ?? state.grew;
  const [target, setTarget] = useState(marked === null ? null : { line: marked });
  const [wrap, setWrap] = useRemembered('log-wrap');
  const [wantsTimes, setTimes] = useRemembered('log-times');
  const times = wantsTimes && state.timed;
  const [text, setText] = useState('');
  const search = useLogSearch(runId, attempt, text);
  const since = useLinesWhenPaused(state.total ?? 0, following);

  const show = (line: number): void => {
    setFollowing(false);
    setTarget({ line });
  };

  if (state.error !== null) return <Failure error={state.error} />;
  if (state.total === null) return <Loading what="the log" />;
  return (
    <Stack gap="xs" h="100%">
      <LogToolbar
        {...{ runId, attempt, wrap, times, text, search, state, following }}
        onWrap={setWrap}
        onTimes={setTimes}
        onText={setText}
        onShow={show}
        onEnd={() => setFollowing(true)}
      />
      {state.total === 0 ? (
        <Empty>{state.complete ? 'This attempt wrote no log.' : 'Nothing is written yet.'}</Empty>
      ) : (
        <div className="log-frame">
          <LogScroller
            {...{ source, state, wrap, times, marked, target, following, hrefOf }}
            search={text}
            onFollowing={setFollowing}
            onPick={pick}
          />
          {!following && !state.complete && state.total > since ? (
            <Button
              className="log-more"
              size="compact-sm"
              radius="xl"
              onClick={() => setFollowing(true)}
            >
              {(state.total - since).toLocaleString()} new lines ↓
            </Button>
          ) : null}
        </div>
      )}
      {state.connected ? null : (
        <Group>
          <Text size="sm" c="orange" component="output">
            The connection is lost; it is being taken up again.
          </Text>
        </Group>
      )}
    </Stack>
  );
}

/** How many lines there were when the reader turned away from the end. */
function useLinesWhenPaused(total: number, following: boolean): number {
  const [since, setSince] = useState(total);
  if (following && since !== total) setSince(total);
  return since;
}

function useMarkedLine() {
  const search: Record<string, unknown> = useSearch({ strict: false });
  const navigate = useNavigate();
  const number = Number(search['line']);
  const marked = Number.isInteger(number) && number > 0 ? number : null;
  return {
    marked,
    pick: (line: number) =>
      void navigate({
        to: '.',
        search: (before: Record<string, unknown>) => ({ ...before, line }),
        replace: true,
        resetScroll: false,
      }),
    hrefOf: (line: number) => {
      const query = new URLSearchParams(window.location.search);
      query.set('line', String(line));
      return `?${query.toString()}`;
    },
  };
}
