import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { METRICS, type MetricShape } from '../../../domain/metrics.ts';
import { gaugesOf } from '../../../services/gauges.ts';
import type { Db } from '../../../db/client.ts';

const DOC = readFileSync(new URL('../../../docs/observability.md', import.meta.url), 'utf8');
const shapes: MetricShape[] = Object.values(METRICS);

function cellsOf(line: string): string[] {
  return line
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim().replace(/^`([^`]*)`$/, '$1'));
}

const rows = DOC.split('\n')
  .filter((line) => line.startsWith('| `'))
  .map(cellsOf);

test('each metric of flotilla-os that is sent has its row, with type and both names', () => {
  const documented = rows.flatMap(([name, type, , prometheus]) =>
    prometheus?.startsWith('flotilla_') === true ? [`${name} ${type} ${prometheus}`] : [],
  );
  const sent = shapes.filter(({ dogstatsd }) => dogstatsd !== null);
  expect(documented.toSorted()).toEqual(
    sent.map(({ dogstatsd, kind, prometheus }) => `${dogstatsd} ${kind} ${prometheus}`).toSorted(),
  );
});

test('what is sent to Prometheus alone has its row, with its labels', () => {
  const gauges = gaugesOf({} as Db, () => undefined).map(({ name, labels }) => ({ name, labels }));
  const own = shapes
    .filter(({ dogstatsd }) => dogstatsd === null)
    .map(({ prometheus, labels }) => ({ name: prometheus, labels }));
  for (const { name, labels } of [...gauges, ...own]) {
    const row = rows.find(([first]) => first === name);
    expect([name, row?.[1]]).toEqual([
      name,
      labels
        .map((label) => `\`${label}\``)
        .join(', ')
        .replace(/^`(\w+)`$/, '$1'),
    ]);
  }
});

/** clients/metrics/metrics.go of flotilla-os, without those of ARA and EMR. */
const ORIGINALS = [
  'engine.eks.execute',
  'engine.eks.enqueue',
  'engine.eks.terminate',
  'engine.eks.run_podname_changed',
  'engine.eks.triggered_scale_up',
  'status_worker.timing.process_eks_run',
  'status_worker.timing.acquire_lock',
  'status_worker.timing.fetch_pod_metrics',
  'status_worker.timing.fetch_update_status',
  'status_worker.locked_runs',
  'status_worker.fetch_metrics',
  'status_worker.get_pod_list',
  'status_worker.get_events',
  'status_worker.get_job',
  'engine.update_run',
];

test.each(ORIGINALS)('%s of flotilla-os is sent, or is said not to be', (name) => {
  const names = rows.map(([first]) => first?.replace('{engine}', 'eks'));
  expect(names).toContain(name);
});
