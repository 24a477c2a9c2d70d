import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { FlotillaError, systemCode } from '../domain/errors.ts';
import { READY, type Answer, type Checked, type Evaluated, type Job, type Recipe } from './jobs.ts';
import type { RenderFault } from './render.ts';
import type { JsonObject } from './schema.ts';
import { compile, type WasmModule } from './web-assembly.ts';

/** What a thread may hold besides the module's own memory, megabytes. */
const HEAP = { maxOldGenerationSizeMb: 128, maxYoungGenerationSizeMb: 16, stackSizeMb: 4 };

export interface SandboxOptions {
  /** Threads at most; each does one job at a time. */
  threads?: number;
  /** Milliseconds for one job, from when a thread begins it. */
  timeLimitMs?: number;
  /** Jobs that wait for a thread at most. */
  waiting?: number;
}

const DEFAULTS = { threads: 2, timeLimitMs: 10_000, waiting: 500 };

/** Where schemas are checked and templates rendered, apart from everything else. */
export interface TemplateSandbox {
  /**
   * Whether a template can be used.
   * @throws FlotillaError `rate_limited` when too many wait
   */
  check(recipe: Recipe): Promise<Checked>;
  /**
   * What a payload gives.
   * @throws FlotillaError `rate_limited` when too many wait
   */
  evaluate(recipe: Recipe, payload: JsonObject): Promise<Evaluated>;
  close(): Promise<void>;
}

interface Waiting {
  job: Job;
  settle(outcome: Answer | RenderFault): void;
  fail(error: unknown): void;
}

/** Threads are started when they are needed, and keep no process alive. */
export function createSandbox(options: SandboxOptions = {}): TemplateSandbox {
  const limits = { ...DEFAULTS, ...options };
  const idle: Worker[] = [];
  const all = new Set<Worker>();
  const queue: Waiting[] = [];
  let renderer: Promise<WasmModule> | undefined;

  async function start(): Promise<Worker> {
    renderer ??= compile(readFileSync(builtFile('renderer.wasm')));
    const worker = new Worker(builtFile('template-thread.js'), {
      workerData: await renderer,
      resourceLimits: HEAP,
      env: {},
      execArgv: [],
    });
    // Rejects when the thread fails before it says so.
    const [said] = (await once(worker, 'message')) as unknown[];
    if (said !== READY) throw new Error('a thread of the sandbox does not start');
    worker.unref();
    return worker;
  }

  let starting = 0;
  function pump(): void {
    while (queue.length > 0) {
      const worker = idle.pop();
      if (worker === undefined) {
        if (all.size + starting < limits.threads) void add();
        return;
      }
      const next = queue.shift();
      if (next !== undefined) run(worker, next);
    }
  }

  async function add(): Promise<void> {
    starting += 1;
    try {
      const worker = await start();
      all.add(worker);
      idle.push(worker);
    } catch (error) {
      queue.shift()?.fail(error);
    } finally {
      starting -= 1;
      pump();
    }
  }

  function run(worker: Worker, { job, settle, fail }: Waiting): void {
    worker.ref();
    const timer = setTimeout(
      () => finish(whole(`takes longer than ${limits.timeLimitMs / 1000} s`), false),
      limits.timeLimitMs,
    );
    const onAnswer = (answer: Answer): void => finish(answer, true);
    const onError = (error: unknown): void => finish(whyItDied(error) ?? error, false);
    const onExit = (): void => finish(new Error('a thread of the sandbox ended'), false);
    function finish(outcome: unknown, usable: boolean): void {
      clearTimeout(timer);
      worker.off('message', onAnswer).off('error', onError).off('exit', onExit);
      worker.unref();
      if (usable) idle.push(worker);
      else {
        all.delete(worker);
        // An error after its last job is nobody's.
        worker.on('error', () => undefined);
        void worker.terminate();
      }
      if (isOutcome(outcome)) settle(outcome);
      else fail(outcome);
      pump();
    }
    worker.on('message', onAnswer).on('error', onError).on('exit', onExit);
    worker.postMessage(job, []);
  }

  function ask(job: Job): Promise<Answer | RenderFault> {
    if (queue.length >= limits.waiting)
      throw new FlotillaError('rate_limited', 'too many templates are being rendered; try again');
    return new Promise((settle, fail) => {
      queue.push({ job, settle, fail });
      pump();
    });
  }

  return {
    check: async (recipe) => {
      const answer = await ask({ recipe, payload: null });
      if ('checked' in answer) return answer.checked;
      return { schemaFaults: [], templateFault: faultIn(answer) };
    },
    evaluate: async (recipe, payload) => {
      const answer = await ask({ recipe, payload });
      if ('evaluated' in answer) return answer.evaluated;
      return { payload, violations: [], fault: faultIn(answer), command: null };
    },
    close: async () => {
      await Promise.all([...all].map((worker) => worker.terminate()));
      all.clear();
      idle.length = 0;
    },
  };
}

function whole(reason: string): RenderFault {
  return { line: null, column: null, reason };
}

function faultIn(answer: Answer | RenderFault): RenderFault {
  return 'reason' in answer ? answer : whole('the sandbox gave another answer than was asked for');
}

function isOutcome(outcome: unknown): outcome is Answer | RenderFault {
  return (
    typeof outcome === 'object' &&
    outcome !== null &&
    ('checked' in outcome || 'evaluated' in outcome || 'reason' in outcome)
  );
}

/** What the caller's template or schema did; null for a failure of ours. */
function whyItDied(error: unknown): RenderFault | null {
  if (systemCode(error) === 'ERR_WORKER_OUT_OF_MEMORY')
    return whole('needs more memory than a template may use');
  return error instanceof RangeError ? whole('nests too deeply') : null;
}

/** Beside this file once built, else in dist. */
function builtFile(name: string): string {
  const found = [`./${name}`, `../dist/${name}`]
    .map((place) => fileURLToPath(new URL(place, import.meta.url)))
    .find((path) => existsSync(path));
  if (found === undefined) throw new Error(`no ${name}: npm run build makes it`);
  return found;
}
