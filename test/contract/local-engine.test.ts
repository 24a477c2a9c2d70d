import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newRunId } from '../../domain/run.ts';
import type { AttemptSpec, Job } from '../../engines/engine.ts';
import { findCgroupRoot } from '../../engines/local/cgroup.ts';
import { LocalEngine } from '../../engines/local/engine.ts';
import { currentHost } from '../../engines/local/host.ts';
import { readSupervisor } from '../../engines/local/inspect.ts';
import { Layout, type AttemptFiles } from '../../engines/local/paths.ts';
import { eventually } from '../support/eventually.ts';
import { removeLocalJobs } from '../support/local-jobs.ts';
import { engineContract } from './engine-suite.ts';
import { attemptSpec, limitedTo } from '../support/attempt-spec.ts';

let dir: string;
let ledger: string;
const forever = new AbortController().signal;

beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'flotilla-local-'));
  ledger = join(dir, 'ledger');
});
afterAll(async () => {
  await removeLocalJobs(dir);
  rmSync(dir, { recursive: true, force: true });
});

const cluster = (): string => join(dir, 'local', 'default');
const open = (): LocalEngine => new LocalEngine(cluster());
const lines = (): string[] =>
  existsSync(ledger) ? readFileSync(ledger, 'utf8').trimEnd().split('\n') : [];

describe('the engine contract', () => {
  engineContract(() => ({
    open,
    ledger: lines,
    note: (text) => `echo ${text} >> ${ledger}`,
  }));
});

describe('the local engine besides', () => {
  const spec = attemptSpec;
  const filesOf = (job: { runId: string; attempt: number }): AttemptFiles =>
    new Layout(cluster()).files(job);
  const over = (engine: LocalEngine, job: AttemptSpec): Promise<Job> =>
    eventually('it is over', async () => {
      const found = await engine.find(job);
      return found.kind === 'found' && found.job.phase === 'STOPPED' ? found.job : null;
    });

  test('a job runs in an empty directory of its own, and says that its image is not used', async () => {
    const engine = open();
    const job = spec('ls -A | wc -l; pwd; echo "$HOME"');
    const { externalId } = await engine.launch(job, forever);
    await over(engine, job);
    const log = readFileSync(engine.logFile(externalId), 'utf8');
    expect(log.startsWith('[flotilla] image not used: engine local\n')).toBe(true);
    const { work } = filesOf(job);
    expect(log).toContain(`\n0\n`);
    expect(log).toContain(`\n${work}\n+ echo ${work}\n${work}\n`);
  });

  test('processes that leave group, session and parents are ended too', async () => {
    const engine = open();
    const mark = newRunId('local');
    const job = spec(
      `(setsid setsid bash -c 'echo ${mark} >> ${ledger}; exec sleep 987' &) ; sleep 60`,
    );
    const { externalId } = await engine.launch(job, forever);
    await eventually('the escaped process runs', () => lines().includes(mark));
    await engine.end({ ref: job, externalId, graceSeconds: 1, signal: forever });
    expect(environmentsNaming(job.runId)).toEqual([]);
  });

  test('what a finished job left in the background does not outlive it', async () => {
    const engine = open();
    const job = spec('setsid sleep 988 & sleep 989 & exit 0');
    const { externalId } = await engine.launch(job, forever);
    await over(engine, job);
    await engine.end({ ref: job, externalId, graceSeconds: 30, signal: forever });
    expect(environmentsNaming(job.runId)).toEqual([]);
  });

  test('a supervisor killed with its job alive: still running, until the job is over', async () => {
    const engine = open();
    const go = join(dir, newRunId('local'));
    const job = spec(`until [ -e ${go} ]; do sleep 0.05; done`);
    await engine.launch(job, forever);
    const supervisor = readSupervisor(filesOf(job));
    process.kill(supervisor?.pid ?? 0, 'SIGKILL');
    await sleep(300);
    expect(await engine.find(job)).toMatchObject({ kind: 'found', job: { phase: 'RUNNING' } });
    writeFileSync(go, '');
    const { outcome } = await over(engine, job);
    expect(outcome).toMatchObject({
      exitCode: null,
      failure: 'unknown',
      reason: 'outcome unknown: the supervisor of the local job vanished',
    });
  });

  test('a supervisor killed before it started the command: proven, and barred', async () => {
    const engine = open();
    const job = spec(`echo ran >> ${ledger}`);
    const files = filesOf(job);
    await engine.launch({ ...job, runId: newRunId('local') }, forever);
    mkdirSync(files.claim, { recursive: true });
    writeFileSync(files.supervisor, `pid=999999999\nticks=1\nhost=${hostText()}\nend\n`);
    const { outcome } = await over(engine, job);
    expect(outcome).toMatchObject({ exitCode: null, failure: 'host-fault' });
    expect(outcome?.evidence).toBeTruthy();
    // The same again, not "ended before it started".
    expect((await over(engine, job)).outcome).toEqual(outcome);
  });

  test('a supervisor that has claimed and says nothing yet is pending, not gone', async () => {
    const engine = open();
    const job = spec('true');
    mkdirSync(filesOf(job).claim, { recursive: true });
    expect(await engine.find(job)).toMatchObject({ kind: 'found', job: { phase: 'PENDING' } });
  });

  test('a supervisor frozen before the gate finds it shut when it thaws', async () => {
    const job = spec(`echo thawed-${newRunId('local')} >> ${ledger}`);
    const files = filesOf(job);
    mkdirSync(files.work, { recursive: true });
    writeFileSync(files.command, job.command);
    const engine = open();
    // Frozen as early as can be: it has claimed, at most.
    const child = spawn(
      'bash',
      ['-p', supervisorScript(), files.dir, files.marker, hostText(), ''],
      {
        env: Object.fromEntries(job.environment),
        detached: true,
        stdio: 'ignore',
      },
    );
    process.kill(child.pid ?? 0, 'SIGSTOP');
    const answer = await engine.end({
      ref: job,
      externalId: null,
      graceSeconds: 0,
      signal: forever,
    });
    expect(answer.kind).toBe('confirmed');
    process.kill(child.pid ?? 0, 'SIGCONT');
    await new Promise((resolve) => child.once('exit', resolve));
    expect(lines().filter((line) => line.startsWith('thawed-'))).toEqual([]);
  });

  test('a host that restarted is evidence; another machine or pid namespace is not', async () => {
    const launcher = open();
    const job = spec('sleep 60');
    await launcher.launch(job, forever);
    const host = currentHost();
    const after = new LocalEngine(cluster(), { ...host, boot: 'a later boot' });
    expect(await after.find(job)).toMatchObject({
      kind: 'found',
      job: { phase: 'STOPPED', outcome: { exitCode: null, failure: 'host-lost' } },
    });
    for (const other of [{ machine: 'another' }, { pidNamespace: 'pid:[1]' }]) {
      const elsewhere = new LocalEngine(cluster(), { ...host, ...other });
      expect((await elsewhere.find(job)).kind).toBe('unknown');
      const ended = await elsewhere.end({
        ref: job,
        externalId: null,
        graceSeconds: 0,
        signal: forever,
      });
      expect(ended.kind).toBe('ending');
    }
    await launcher.end({ ref: job, externalId: null, graceSeconds: 0, signal: forever });
  });

  test('a job is stopped and continued without being taken for over', async () => {
    const engine = open();
    const job = spec('kill -STOP $$; exit 5');
    await engine.launch(job, forever);
    await sleep(400);
    expect(await engine.find(job)).toMatchObject({ job: { phase: 'RUNNING' } });
    const pid = Number(/pid=(\d+)/.exec(readFileSync(filesOf(job).job, 'utf8'))?.[1]);
    process.kill(pid, 'SIGCONT');
    expect((await over(engine, job)).outcome?.exitCode).toBe(5);
  });

  test.skipIf(findCgroupRoot() === null)(
    'a job is killed at its memory limit, and says so',
    async (context) => {
      const engine = open();
      const job = spec(
        `set +x; x=$(head -c 200000000 /dev/zero | tr '\\0' x); echo \${#x}`,
        limitedTo(64),
      );
      await engine.launch(job, forever);
      const { outcome } = await over(engine, job);
      expect(outcome).toMatchObject({ exitCode: 137, failure: 'oom', reason: 'OOMKilled' });
      expect(outcome?.maxMemoryUsed).toBeGreaterThan(50);
      expect(context.task.name).toContain('memory limit');
    },
  );

  test('hundreds of supervisors for one attempt run it once', async () => {
    const engine = open();
    const mark = newRunId('local');
    const job = spec(`echo ${mark} >> ${ledger}`);
    await Promise.all(Array.from({ length: 100 }, () => engine.launch(job, forever)));
    await over(engine, job);
    expect(lines().filter((line) => line === mark)).toHaveLength(1);
  });
});

function hostText(): string {
  const host = currentHost();
  return [host.machine, host.boot, host.pidNamespace].join('|');
}

function supervisorScript(): string {
  return new URL('../../engines/local/supervisor.sh', import.meta.url).pathname;
}

/** Pids, zombies excepted, whose environment names a run. */
function environmentsNaming(runId: string): string[] {
  const found = execFileSync('bash', [
    '-c',
    `for p in /proc/[0-9]*; do { tr '\\0' '\\n' < $p/environ; } 2>/dev/null | grep -qx 'FLOTILLA_RUN_ID=${runId}' && echo $p; done; true`,
  ]).toString();
  return found.split('\n').filter((line) => line !== '');
}
