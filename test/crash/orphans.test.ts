import { expect, test } from 'vitest';
import { LocalEngine } from '../../engines/local/engine.ts';
import { localClusterDir } from '../../engines/local/paths.ts';
import { readSupervisor } from '../../engines/local/inspect.ts';
import { Layout } from '../../engines/local/paths.ts';
import { eventually } from '../support/eventually.ts';
import { createScene } from '../support/scene.ts';
import { attemptSpec } from '../support/attempt-spec.ts';

const forever = new AbortController().signal;

test('a live job whose run is over, or whose attempt is not the current one, is ended on sight', async () => {
  const here = await createScene();
  try {
    await here.worker();
    const { flotilla, ledger } = here;
    const over = await flotilla.run('true');
    await flotilla.until(over.run_id, 'STOPPED');
    const open = await flotilla.run(
      `${ledger.note('began')}; [ $FLOTILLA_RUN_ATTEMPT = 2 ] || sleep 60; sleep 8`,
    );
    await eventually('it runs', () => ledger.attempts('began', open.run_id).length === 1);
    await flotilla.api.json('PUT', `/api/v6/${open.run_id}/status`, { status: 'NEEDS_RETRY' });
    await eventually('its second attempt runs', () =>
      ledger.attempts('began', open.run_id).includes(2),
    );
    // As a launch that thawed too late would have left them.
    const dir = localClusterDir(flotilla.config.data_dir, 'default');
    const engine = new LocalEngine(dir);
    const late = async (ref: { runId: string; attempt: number }): Promise<void> => {
      const command = `${ledger.note('late')}; sleep 60; ${ledger.note('survived')}`;
      await engine.launch(attemptSpec(command, ref), forever);
    };
    await late({ runId: over.run_id, attempt: 9 });
    await eventually('it is ended', async () => {
      const found = await engine.find({ runId: over.run_id, attempt: 9 });
      return found.kind === 'found' && found.job.phase === 'STOPPED';
    });
    await eventually('it is said in the run’s events', async () => {
      const events = (await flotilla.get(over.run_id)).pod_events;
      return events.some((event) => event.reason === 'OrphanEnded');
    });
    expect((await flotilla.until(open.run_id, 'STOPPED')).exit_code).toBe(0);
    expect(ledger.lines().filter((line) => line.startsWith('survived'))).toEqual([]);
  } finally {
    await here.close();
  }
});

test('a supervisor killed -9 is silence, not death: no second attempt while the job lives', async () => {
  const here = await createScene();
  try {
    await here.worker();
    const { flotilla, ledger } = here;
    const run = await flotilla.run(`${ledger.note('began')}; sleep 6; ${ledger.note('ended')}`);
    await flotilla.until(run.run_id, 'RUNNING');
    const layout = new Layout(localClusterDir(flotilla.config.data_dir, 'default'));
    const supervisor = readSupervisor(layout.files({ runId: run.run_id, attempt: 1 }));
    process.kill(supervisor?.pid ?? 0, 'SIGKILL');
    // Two sweeps look at it meanwhile.
    await new Promise((resolve) => setTimeout(resolve, 4_500));
    expect((await flotilla.get(run.run_id)).status).toBe('RUNNING');
    const over = await flotilla.until(run.run_id, 'STOPPED');
    expect(over.exit_code).toBeUndefined();
    expect(over.exit_reason).toContain('outcome unknown');
    expect(ledger.attempts('began', run.run_id)).toEqual([1]);
    expect(ledger.attempts('ended', run.run_id)).toEqual([1]);
  } finally {
    await here.close();
  }
});
