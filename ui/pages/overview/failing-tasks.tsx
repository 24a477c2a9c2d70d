import { Anchor } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { Overview } from '../../api/insight-queries.ts';
import { BarList, type BarRow } from '../../parts/bar-list.tsx';
import { Empty } from '../../parts/states.tsx';
import { paths } from '../../paths.ts';

/** Definitions whose runs failed, by how many did. */
export function FailingTasks({ failing }: { failing: Overview['failing_definitions'] }) {
  if (failing.length === 0) return <Empty>No run has failed in this time.</Empty>;
  const rows = failing.map((one): BarRow => {
    const { definition_id: id, alias, failed, runs, last_failed_run_id: last } = one;
    return {
      key: id,
      label: alias ?? id,
      parts: [
        { value: failed, color: 'red', word: 'failed' },
        { value: runs - failed, color: 'gray', word: 'others' },
      ],
      text: (
        <>
          {failed} of {runs} failed,{' '}
          <Anchor component={Link} to={paths.run(last)} inherit underline="always">
            the last
          </Anchor>
        </>
      ),
      to: paths.runs(),
      search: { definition_id: id, exit: 'failed' },
    };
  });
  return <BarList label="Tasks that fail" rows={rows} />;
}
