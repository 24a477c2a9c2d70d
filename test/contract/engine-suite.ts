import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import type { AttemptSpec, Change, Engine, Found, Job, Register } from '../../engines/engine.ts';
import { LogTimes } from '../../domain/log-times.ts';
import { attemptSpec } from '../support/attempt-spec.ts';
import { eventually } from '../support/eventually.ts';

export interface EngineUnderTest {
  /** A second instance on the same cluster, as another worker has it. */
  open(): Engine;
  /** Lines that jobs wrote to the ledger, from outside the engine. */
  ledger(): string[];
  /** A shell command that writes a line to the ledger. */
  note(text: string): string;
  /** What jobs on this cluster need beside the command, such as an image that is there. */
  spec?: Partial<AttemptSpec>;
  /** False where the cluster has no place for a bar, so that the record bars an attempt. */
  bars?: boolean;
  /** Characters of the longest command that the cluster takes; unset, as long as anybody likes. */
  longestCommand?: number;
  /** False where the cluster tells that a command failed, and not its code: -1 stands for all of them. */
  tellsCodes?: boolean;
  /** False where nobody knows when lines of a log were written. */
  tellsTimes?: boolean;
}

const forever = new AbortController().signal;

/** What every engine must do; each behaviour is one that the run workflow relies on. */
export function engineContract(setup: () => EngineUnderTest): void {
  const spec = (command: string, more: Partial<AttemptSpec> = {}): AttemptSpec =>
    attemptSpec(command, { ...setup().spec, ...more });
  /** Attempts that may no longer start, as the database has them. */
  const barred = new Set<string>();
  /** The code that is told of a command that exited with this one. */
  const told = (code: number): number => (code === 0 || setup().tellsCodes !== false ? code : -1);
  const registerOf =
    (job: AttemptSpec): Register =>
    () =>
      Promise.resolve(!barred.has(job.runId));
  const launch = async (engine: Engine, job: AttemptSpec): Promise<Job> => {
    const launched = await engine.launch(job, forever, registerOf(job));
    if (launched === null) throw new Error('the launch was withdrawn');
    return launched;
  };
  const stopped = (engine: Engine, externalId: string): Promise<Job> =>
    eventually('the job is over', async () => {
      const found = await engine.describe(externalId);
      return found.kind === 'found' && found.job.phase === 'STOPPED' ? found.job : null;
    });
  const phaseOf = (found: Found): string => (found.kind === 'found' ? found.job.phase : found.kind);
  const logOf = async (engine: Engine, externalId: string): Promise<string> => {
    const parts: Uint8Array[] = [];
    for await (const chunk of engine.logs(externalId, 0)) parts.push(chunk);
    return Buffer.concat(parts).toString();
  };
  const end = (engine: Engine, job: AttemptSpec, externalId: string | null, graceSeconds = 1) =>
    engine.end({
      ref: job,
      externalId,
      graceSeconds,
      bar: async () => void barred.add(job.runId),
      signal: forever,
    });

  test.each([0, 3, 137])('a job that exits with %i ends with that code', async (code) => {
    const engine = setup().open();
    const job = await launch(engine, spec(`exit ${code}`));
    const over = await stopped(engine, job.externalId);
    expect(over.outcome).toMatchObject({
      exitCode: told(code),
      failure: code === 0 ? null : 'app-exit',
    });
    expect(over.outcome?.startedAt?.getTime()).toBeLessThanOrEqual(
      over.outcome?.finishedAt?.getTime() ?? 0,
    );
  });

  test('launching again starts nothing, from this worker or another, at once or later', async () => {
    const under = setup();
    const [one, two] = [under.open(), under.open()];
    const mark = randomUUID();
    const job = spec(under.note(mark));
    const launched = await Promise.all([launch(one, job), launch(two, job), launch(one, job)]);
    expect(new Set(launched.map(({ externalId }) => externalId)).size).toBe(1);
    await stopped(one, launched[0]?.externalId ?? '');
    await launch(two, job);
    expect(under.ledger().filter((line) => line === mark)).toHaveLength(1);
  });

  test('find tells a job that was launched from one that never was', async () => {
    const under = setup();
    const engine = under.open();
    const job = spec('sleep 60');
    expect(await engine.find(job, job.askedAt)).toEqual({ kind: 'absent' });
    const { externalId } = await launch(engine, job);
    const found = await under.open().find(job);
    expect(found).toMatchObject({
      kind: 'found',
      job: { externalId, runId: job.runId, attempt: 1 },
    });
    await end(engine, job, externalId, 0);
    expect(phaseOf(await engine.find(job))).toBe('STOPPED');
  });

  test('ending a job is confirmed: nothing of it runs afterwards', async () => {
    const under = setup();
    const engine = under.open();
    const mark = randomUUID();
    const loop = `while true; do ${under.note(mark)}; sleep 0.05; done`;
    const job = spec(`(${loop}) & ${loop}`);
    const { externalId } = await launch(engine, job);
    await eventually('it runs', () => under.ledger().includes(mark));
    expect(await end(engine, job, externalId)).toMatchObject({ kind: 'confirmed', own: false });
    const count = (): number => under.ledger().filter((line) => line === mark).length;
    const before = count();
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(count()).toBe(before);
  });

  test('a job that does not heed TERM is killed after its grace', async () => {
    const under = setup();
    const engine = under.open();
    const job = spec(`trap '' TERM; ${under.note('deaf')}; while true; do sleep 0.1; done`);
    const { externalId } = await launch(engine, job);
    await eventually('it runs', () => under.ledger().includes('deaf'));
    const began = Date.now();
    await end(engine, job, externalId, 1);
    expect(Date.now() - began).toBeGreaterThanOrEqual(950);
    expect(phaseOf(await engine.find(job))).toBe('STOPPED');
  });

  test('a job may use its grace', async () => {
    const under = setup();
    const engine = under.open();
    const mark = randomUUID();
    const job = spec(
      `trap '${under.note(`bye-${mark}`)}; exit 7' TERM; ${under.note(mark)}; while true; do sleep 0.1; done`,
    );
    const { externalId } = await launch(engine, job);
    await eventually('it runs', () => under.ledger().includes(mark));
    const answer = await end(engine, job, externalId, 10);
    expect(answer).toMatchObject({
      kind: 'confirmed',
      own: false,
      // What is ended from outside need not tell a code at all.
      job: { outcome: under.tellsCodes === false ? {} : { exitCode: 7 } },
    });
    expect(under.ledger()).toContain(`bye-${mark}`);
  });

  test('ending again is harmless and remembers that the job did not end by itself', async () => {
    const engine = setup().open();
    const job = spec('sleep 60');
    const { externalId } = await launch(engine, job);
    await end(engine, job, externalId, 0);
    expect(await end(engine, job, externalId, 0)).toMatchObject({ kind: 'confirmed', own: false });
  });

  test('ending a job that was over says so', async () => {
    const engine = setup().open();
    const job = spec('exit 4');
    const { externalId } = await launch(engine, job);
    await stopped(engine, externalId);
    expect(await end(engine, job, externalId)).toMatchObject({
      kind: 'confirmed',
      own: true,
      job: { outcome: { exitCode: told(4) } },
    });
  });

  test('an attempt that was ended before it started never starts', async () => {
    const under = setup();
    const engine = under.open();
    const mark = randomUUID();
    const job = spec(under.note(mark));
    expect(await end(engine, job, null)).toEqual({ kind: 'confirmed', own: false, job: null });
    const launched = await under.open().launch(job, forever, registerOf(job));
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(under.ledger()).not.toContain(mark);
    if (under.bars === false) expect(launched).toBeNull();
    else expect(phaseOf(await engine.find(job))).toBe('STOPPED');
  });

  test('the list has what was launched, until it is released', async () => {
    const under = setup();
    const engine = under.open();
    const jobs = [spec('true'), spec('sleep 60')];
    for (const job of jobs) await launch(engine, job);
    const listed = async (): Promise<Map<string, Job>> => {
      const all: Job[] = [];
      for (
        let cursor: string | null = null, first = true;
        first || cursor !== null;
        first = false
      ) {
        const page = await under.open().list(cursor);
        all.push(...page.jobs);
        cursor = page.next;
      }
      return new Map(all.map((job) => [job.runId, job]));
    };
    await eventually('one is over and one runs', async () => {
      const now = await listed();
      return jobs.map((job) => now.get(job.runId)?.phase).join() === 'STOPPED,RUNNING';
    });
    const [over, live] = jobs;
    if (over === undefined || live === undefined) throw new Error('two jobs');
    await end(engine, live, null, 0);
    await engine.release(over);
    await engine.release(live);
    const left = await listed();
    expect(jobs.map((job) => left.has(job.runId))).toEqual([false, false]);
  });

  test('a watch tells of what is over and of what ends, and repeats what was not taken', async () => {
    const under = setup();
    const engine = under.open();
    const early = spec('exit 1');
    await stopped(engine, (await launch(engine, early)).externalId);
    const first = engine.watch(forever)[Symbol.asyncIterator]();
    const seen = await endOf(first, early.runId);
    expect(seen.phase).toBe('STOPPED');
    // Given up without asking for the next one: not taken.
    await first.return?.(undefined);
    const stop = new AbortController();
    const second = under.open().watch(stop.signal)[Symbol.asyncIterator]();
    await endOf(second, early.runId);
    const late = spec('sleep 0.3; exit 2');
    await launch(engine, late);
    expect((await endOf(second, late.runId)).outcome?.exitCode).toBe(told(2));
    stop.abort();
    expect(await second.next()).toMatchObject({ done: true });
  });

  test('the log is every byte that the job wrote, from any offset', async () => {
    const engine = setup().open();
    const job = spec(
      // Outputs that are read apart: what comes last is written when all else has been read.
      `set +x\nprintf 'out\\n'; printf 'err\\n' >&2; sleep 0.5; printf '\\000\\377ü\\n'; printf 'no newline'`,
    );
    const { externalId } = await launch(engine, job);
    await stopped(engine, externalId);
    const log = await logOf(engine, externalId);
    expect(log).toContain('out\n');
    expect(log).toContain('err\n');
    expect(log.endsWith('no newline')).toBe(true);
    const size = await engine.logSize(externalId);
    const parts: Uint8Array[] = [];
    for await (const chunk of engine.logs(externalId, (size ?? 0) - 10)) parts.push(chunk);
    expect(Buffer.concat(parts).toString()).toBe('no newline');
  });

  test('whoever keeps a log can tell when its lines were written', async () => {
    const under = setup();
    const engine = under.open();
    const began = Date.now();
    const stop = new AbortController();
    const watching = exhaust(engine.watch(stop.signal));
    const { externalId } = await launch(engine, spec('set +x\necho one\nsleep 2.5\necho two'));
    await stopped(engine, externalId);
    if (under.tellsTimes === false) {
      stop.abort();
      await watching;
      return expect((await tailedTimes(engine, externalId)).at(0)).toBeNull();
    }
    const log = await logOf(engine, externalId);
    const times = (await engine.logTimes?.(externalId)) ?? (await tailedTimes(engine, externalId));
    stop.abort();
    await watching;
    const [one, two] = ['one', 'two'].map((line) => times.at(`\n${log}`.indexOf(`\n${line}`)) ?? 0);
    expect(one).toBeGreaterThan(began - 2_000);
    expect(two).toBeLessThan(Date.now() + 2_000);
    expect((two ?? 0) - (one ?? 0)).toBeGreaterThan(1_000);
  });

  test('a job sees its own environment, in every odd spelling, and nothing of ours', async () => {
    process.env['SECRET_OF_THE_SERVER'] = 'secret';
    const engine = setup().open();
    const values = {
      PLAIN: 'x',
      SPACES: '  a b  ',
      QUOTES: `'"\`$(exit 9)\\`,
      LINES: 'one\ntwo\n',
      UNICODE: '日本 🚀',
      EMPTY: '',
      'odd.name': 'dots',
      'odd-name': 'dashes',
    };
    // Some clusters read the trace apart from the output: after a pause it does not come in between.
    const job = spec('set +x\nsleep 0.5\nenv -0 | sort -z | tr "\\0" "\\1"');
    const environment = new Map([...job.environment, ...Object.entries(values)]);
    const { externalId } = await launch(engine, { ...job, environment });
    await stopped(engine, externalId);
    const log = await logOf(engine, externalId);
    for (const [name, value] of Object.entries(values)) {
      expect(log).toContain(`${name}=${value}\u0001`);
    }
    expect(log).toContain(`FLOTILLA_RUN_ID=${job.runId}\u0001`);
    expect(log).toContain('FLOTILLA_RUN_ATTEMPT=1\u0001');
    expect(log).not.toContain('SECRET_OF_THE_SERVER');
  });

  test('a script of many lines, with unicode and quotes, runs as written', async () => {
    const under = setup();
    const engine = under.open();
    const mark = randomUUID();
    const script = [
      `name="wörld 'quoted' \\"twice\\""`,
      'for i in 1 2; do',
      '  echo "line $i: $name 日本 🚀"',
      'done',
      `cat <<'END'`,
      'a "here" document with $dollars',
      'END',
      under.note(mark),
    ].join('\n');
    const { externalId } = await launch(engine, spec(script));
    expect((await stopped(engine, externalId)).outcome?.exitCode).toBe(0);
    const log = await logOf(engine, externalId);
    expect(log).toContain(`line 2: wörld 'quoted' "twice" 日本 🚀\n`);
    expect(log).toContain('a "here" document with $dollars\n');
    expect(under.ledger()).toContain(mark);
  });

  test('a very long command runs', async () => {
    const { longestCommand = 300_100, ...under } = setup();
    const engine = under.open();
    const length = longestCommand - 100;
    const { externalId } = await launch(
      engine,
      spec(`x='${'y'.repeat(length)}'\nset +x\n[ \${#x} = ${length} ] && exit 5`),
    );
    expect((await stopped(engine, externalId)).outcome?.exitCode).toBe(told(5));
  });

  test('the first failing line ends a job, with its code', async () => {
    const engine = setup().open();
    const { externalId } = await launch(engine, spec('(exit 6)\necho not reached'));
    expect((await stopped(engine, externalId)).outcome?.exitCode).toBe(told(6));
    expect(await logOf(engine, externalId)).not.toMatch(/^not reached/m);
  });
}

/** When lines were written, as whoever collects the log is told. */
async function tailedTimes(engine: Engine, externalId: string): Promise<LogTimes> {
  const times = new LogTimes();
  let bytes = 0;
  const tail = engine.tail?.(externalId, null, { follow: true, signal: forever }) ?? [];
  for await (const chunk of tail) {
    for (const { offset, at } of chunk.marks ?? []) times.add(bytes + offset, at);
    bytes += chunk.bytes.length;
    times.cover(bytes);
  }
  return times;
}

async function exhaust(changes: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of changes) continue;
}

/** The end of a run's job, as a watch tells it. */
async function endOf(changes: AsyncIterator<Change>, runId: string): Promise<Job> {
  for (;;) {
    const next = await changes.next();
    if (next.done === true) throw new Error('the watch ended');
    if (next.value.kind !== 'job') continue;
    const { job } = next.value;
    if (job.runId === runId && job.phase === 'STOPPED') return job;
  }
}
