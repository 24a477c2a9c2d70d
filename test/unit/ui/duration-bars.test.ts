import { expect, test } from 'vitest';
import { durationBars } from '../../../ui/pages/definitions/duration-bars.ts';

const run = (id: string, exit: number | null, from: string | null, to: string | null) => ({
  run_id: id,
  exit_code: exit,
  started_at: from,
  finished_at: to,
});

test('a bar for each run that is over, the earliest first, in the colour of its result', () => {
  const at = (second: number): string => `2026-01-01T00:00:${String(second).padStart(2, '0')}.000Z`;
  const runs = [
    run('open', null, at(9), null),
    run('never', null, null, at(8)),
    run('c', null, at(5), at(7)),
    run('b', 3, at(3), at(3)),
    run('a', 0, at(0), at(2)),
  ];
  expect(durationBars(runs, (time) => time.slice(17, 19))).toEqual([
    { run_id: 'a', at: '00', succeeded: 2 },
    { run_id: 'b', at: '03', failed: 0 },
    { run_id: 'c', at: '05', stopped: 2 },
  ]);
});
