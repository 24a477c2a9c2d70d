import { Tabs } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { Schemas } from '../../../client/client.ts';
import { AttemptsTable } from './attempts-table.tsx';
import { EnvTable } from './env-table.tsx';
import { EventsTable } from './events-table.tsx';
import { HistoryTable } from './history-table.tsx';
import { LogSection } from './log-section.tsx';
import { Manifest } from './manifest.tsx';
import { Relatives } from './relatives.tsx';
import { RunDetails } from './run-details.tsx';
import type { LiveRun } from './use-live-run.ts';

interface Tab {
  value: string;
  label: string;
  content: ReactNode;
}

/** Everything else of a run, one at a time; the address says which. */
export function RunTabs({ live, run }: { live: LiveRun; run: Schemas['Run'] }) {
  const search = useSearch({ from: '/runs/$runId' });
  const navigate = useNavigate({ from: '/runs/$runId' });
  const tabs = tabsOf(live, run);
  const chosen = tabs.find(({ value }) => value === search['tab'])?.value ?? 'log';
  return (
    <Tabs
      value={chosen}
      keepMounted={false}
      onChange={(tab) =>
        void navigate({
          search: (before) => ({ ...before, tab: tab === 'log' ? undefined : tab }),
          replace: true,
          resetScroll: false,
        })
      }
    >
      <Tabs.List>
        {tabs.map(({ value, label }) => (
          <Tabs.Tab key={value} value={value} px="sm" py="xs">
            {label}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      {tabs.map(({ value, content }) => (
        <Tabs.Panel key={value} value={value} pt="sm">
          {content}
        </Tabs.Panel>
      ))}
    </Tabs>
  );
}

function tabsOf(live: LiveRun, run: Schemas['Run']): Tab[] {
  const { attempts, events, transitions, over } = live;
  const count = (word: string, many: readonly unknown[]): string =>
    many.length === 0 ? word : `${word} (${many.length})`;
  return [
    {
      value: 'log',
      label: 'Log',
      content: <LogSection runId={run.run_id} attempts={attempts} live={!over} />,
    },
    {
      value: 'attempts',
      label: count('Attempts', attempts),
      content: <AttemptsTable attempts={attempts} />,
    },
    { value: 'events', label: count('Events', events), content: <EventsTable events={events} /> },
    {
      value: 'history',
      label: 'History',
      content: <HistoryTable transitions={transitions} />,
    },
    {
      value: 'environment',
      label: 'Environment',
      content: <EnvTable run={run} />,
    },
    { value: 'details', label: 'Details', content: <RunDetails run={run} /> },
    { value: 'related', label: 'Related', content: <Relatives run={run} /> },
    {
      value: 'manifest',
      label: 'Manifest',
      content: <Manifest runId={run.run_id} engine={run.engine} attempts={attempts} />,
    },
  ];
}
