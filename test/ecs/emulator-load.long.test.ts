import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { RunTaskCommand } from '@aws-sdk/client-ecs';
import { expect, test } from 'vitest';
import { EcsControl } from '../support/ecs/control.ts';
import { startEcs, type Ecs } from '../support/ecs/start-ecs.ts';
import { eventually } from '../support/eventually.ts';
import { findMoto } from '../support/provision/moto.ts';
import { Aws } from './aws.ts';
import { useAws } from './use-aws.ts';

const TASKS = 300;

let aws: Aws;
useAws((given) => {
  aws = given;
});

function alive(pid: number): boolean {
  const path = `/proc/${pid}/stat`;
  return existsSync(path) && !/\) Z /.test(readFileSync(path, 'utf8'));
}

test(`${TASKS} tasks at once are each run once, and all end`, async () => {
  const { ledger, control } = aws.emulator;
  const definition = await aws.define();
  const command = `${ledger.note('began')}; sleep 5; ${ledger.note('ended')}`;
  const ids = Array.from({ length: TASKS }, (_, i) => `load-${i}`);
  for (let at = 0; at < TASKS; at += 20)
    await Promise.all(
      ids.slice(at, at + 20).map((id) => {
        const variables = { FLOTILLA_RUN_ID: id, FLOTILLA_RUN_ATTEMPT: '0' };
        const request = aws.request(definition, command, variables, { startedBy: id });
        return aws.ecs.send(new RunTaskCommand({ ...request, clientToken: id }));
      }),
    );
  const records = await eventually(
    'all have stopped',
    async () => {
      const now = (await control.tasks()).filter(({ startedBy }) => startedBy?.startsWith('load-'));
      return now.every(({ lastStatus }) => lastStatus === 'STOPPED') && now;
    },
    90_000,
  );
  expect(records).toHaveLength(TASKS);
  expect(records.every(({ starts, exitCodes }) => starts === 1 && exitCodes[0] === 0)).toBe(true);
  for (const text of ['began', 'ended'])
    expect(ledger.lines().filter((line) => line.startsWith(text))).toHaveLength(TASKS);
});

async function running(ecs: Ecs): Promise<number[]> {
  const clients = new Aws(ecs);
  try {
    await clients.prepare();
    const task = await clients.start('sleep 600 & setsid sleep 600 & sleep 600');
    await clients.until(task, 'RUNNING');
    return (await ecs.control.tasks()).flatMap(({ pids }) => pids);
  } finally {
    clients.destroy();
  }
}

test('jobs end with the emulator', async () => {
  const found = findMoto(() => {});
  if ('why' in found) expect.fail(found.why);
  const ecs = await startEcs(found);
  const pids = await running(ecs);
  expect(pids.map(alive)).toEqual([true]);
  await ecs.stop();
  expect(pids.map(alive)).toEqual([false]);
});

test('jobs and emulator end with the process that started them, however it ends', async () => {
  const text = `
    import { findMoto } from './test/support/provision/moto.ts';
    import { startEcs } from './test/support/ecs/start-ecs.ts';
    const ecs = await startEcs(findMoto(() => {}));
    process.stdout.write(JSON.stringify(ecs));
  `;
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', text], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [said] = (await once(child.stdout, 'data')) as [Buffer];
  const told = JSON.parse(String(said)) as Ecs;
  const pids = await running({ ...told, control: new EcsControl(told.endpoint) });
  expect(pids.map(alive)).toEqual([true]);
  child.kill('SIGKILL');
  await eventually('the job has ended', () => !pids.some(alive));
  await eventually('nobody listens', () =>
    fetch(told.endpoint).then(
      () => false,
      () => true,
    ),
  );
});
