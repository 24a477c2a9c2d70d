import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { breakableFor } from '../support/kubernetes/attach.ts';
import { attemptsOf, untilSaid } from '../support/observe.ts';
import { sharedFlotilla } from '../support/kubernetes/shared-flotilla.ts';

// The kubelet tries again after 10 s, then after 20 s.
const { flotilla } = sharedFlotilla({
  config: { eks_image_refused_seconds: 2, eks_image_unreachable_seconds: 18 },
});

test('an image that the registry does not have ends the run, in the words of the registry', async (context) => {
  const image = `${breakableFor(context).registryAddress}/never-pushed:1`;
  const run = await flotilla().run('true', { image });
  const over = await flotilla().until(run.run_id, 'STOPPED');
  expect(over.exit_reason).toMatch(/never-pushed:1.*not found/s);
  expect(over).not.toHaveProperty('exit_code', 0);
  expect(await attemptsOf(flotilla(), run.run_id)).toMatchObject([
    { failure_class: 'image-permanent', evidence: expect.stringContaining('not found') },
  ]);
});

test('a run waits for a registry that is away for a moment, and says so', async (context) => {
  const cluster = breakableFor(context);
  const image = await cluster.push(cluster.images.bash, `away:${randomUUID()}`);
  await cluster.ctl('kill', 'registry');
  const run = await flotilla().run('true', { image });
  const step = await untilSaid(flotilla(), run.run_id, /image cannot be fetched now/, 'PENDING');
  expect(step.reason).toContain('connection refused');
  await cluster.ctl('start', 'registry');
  expect(await flotilla().until(run.run_id, 'STOPPED')).toMatchObject({ exit_code: 0 });
  expect(await attemptsOf(flotilla(), run.run_id)).toHaveLength(1);
});

test('where the registry is away for too long, another attempt fetches the image', async (context) => {
  const cluster = breakableFor(context);
  const image = await cluster.push(cluster.images.bash, `gone:${randomUUID()}`);
  await cluster.ctl('kill', 'registry');
  const run = await flotilla().run(cluster.ledger.noteAttempt('fetched'), { image });
  const step = await untilSaid(flotilla(), run.run_id, /could not be fetched/, 'NEEDS_RETRY');
  expect(step.evidence).toContain('connection refused');
  await cluster.ctl('start', 'registry');
  expect(await flotilla().until(run.run_id, 'STOPPED')).toMatchObject({ exit_code: 0 });
  const attempts = await attemptsOf(flotilla(), run.run_id);
  expect(attempts[0]).toMatchObject({ failure_class: 'image-transient' });
  expect(cluster.ledger.attempts('fetched', run.run_id)).toEqual([attempts.length]);
});
